// Looks every few seconds whether watchbill answers again, and then shows the page that was asked for.
(() => {
  "use strict";
  const look = () => fetch("/healthz", { cache: "no-store" }).then((answer) => { if (answer.ok && location.pathname !== "/offline") location.reload(); }).catch(() => undefined);
  setInterval(look, 5000);
  addEventListener("online", look);
})();
