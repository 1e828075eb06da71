// Built from ../src by npm run build.
function rootSize(){return Number.parseFloat(getComputedStyle(document.documentElement).fontSize)}function letters({data,setStateValue}){let{known}=data,tell=()=>{let size=rootSize();size!==known&&(known=size,setStateValue("pixels",size))};return tell(),addEventListener("resize",tell),()=>removeEventListener("resize",tell)}export{letters as default};
