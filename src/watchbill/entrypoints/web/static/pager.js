// The 3 AM page works without this. With it: the countdown counts, commands copy, figures renew themselves.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const stamp = Date.parse($("meta[name=now]").content);
  const skew = stamp - Date.now();
  let newest = Date.now();

  const count = () => {
    for (const el of document.querySelectorAll("[data-until]")) {
      const left = Math.max(0, Math.round((Date.parse(el.dataset.until) - Date.now() - skew) / 1000));
      el.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    }
    const age = Math.round((Date.now() - newest) / 1000);
    const stale = $("[data-stale]");
    stale.hidden = age < 40;
    $("span", stale).textContent = `${age} s`;
  };
  setInterval(count, 1000);

  // Figures are renewed in place. Buttons never change under a thumb: when the state is another one, a line says so.
  const renew = async () => {
    if (document.hidden) return;
    const answer = await fetch(location.pathname, { credentials: "same-origin" }).catch(() => null);
    if (!answer || !answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    newest = Date.now();
    $("#facts").replaceWith(document.adoptNode($("#facts", fresh)));
    copying();
    $("[data-changed]").hidden = fresh.body.dataset.status === document.body.dataset.status;
  };
  setInterval(renew, 15000);
  document.addEventListener("visibilitychange", renew);

  const copying = () => { if (navigator.clipboard) for (const el of document.querySelectorAll("[data-copy]")) el.hidden = false; };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const label = $("span", button), before = label.textContent;
    navigator.clipboard.writeText(button.dataset.copy).then(() => { label.textContent = "Copied"; setTimeout(() => { label.textContent = before; }, 1600); });
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  document.addEventListener("keydown", (event) => {
    if (document.documentElement.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
    $(`[data-do="${CSS.escape(event.key)}"]`)?.click();
  });
  copying();
  count();
})();
