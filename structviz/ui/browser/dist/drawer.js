// Built from ../src by npm run build.
var before=null,drawer_default=({data})=>{let isOther=before!==null&&before!==data.page;before=data.page,isOther&&document.querySelector("[data-testid=stMain]")?.dispatchEvent(new MouseEvent("mousedown",{bubbles:!0}))};export{drawer_default as default};
