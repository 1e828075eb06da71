// Built from ../src by npm run build.
"use strict";(()=>{function setText(element,words){element.textContent!==words&&(element.textContent=words)}function find(root,selector){let element=root.querySelector(selector);if(!element)throw new Error(`No element matches ${selector}.`);return element}function showRecord(){let record=document.querySelector("#provenance");if(!record)return;let{citation,...rest}=JSON.parse(record.textContent??"{}"),made=find(document,".made");setText(find(made,"pre"),`${JSON.stringify(rest,null,1)}

${citation??""}`),made.hidden=!1}showRecord();})();
