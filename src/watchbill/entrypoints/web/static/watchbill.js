// Small behaviours on top of pages that work without them: times, countdowns, copying, keys, and what is new.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- times: "4 min ago" stays true, countdowns count ------------------------------------------------------------
  const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const span = (seconds) => {
    for (let i = 0; i < UNITS.length; i++) {
      const [name, size] = UNITS[i];
      if (seconds < size && name !== "s") continue;
      const rest = seconds % size, below = UNITS[i + 1];
      const words = `${Math.floor(seconds / size)}\u00a0${name}`;
      return below && name !== "min" && Math.floor(rest / below[1]) ? `${words} ${Math.floor(rest / below[1])}\u00a0${below[0]}` : words;
    }
  };
  const ago = (moment) => {
    const seconds = Math.round((Date.now() + skew - moment) / 1000);
    if (Math.abs(seconds) < 45) return "just now";
    return seconds > 0 ? `${span(seconds)} ago` : `in ${span(-seconds)}`;
  };
  // The server's clock counts: a phone that is three minutes off must not show a page as overdue.
  const stamp = $("meta[name=now]");
  const skew = stamp ? Date.parse(stamp.content) - Date.now() : 0;
  const tick = () => {
    for (const el of $$("time[data-rel]")) {
      const words = ago(Date.parse(el.dateTime));
      const text = el.dataset.rel === "both" ? el.textContent.replace(/, [^,]*$/, `, ${words}`) : words;
      if (text !== el.textContent) el.textContent = text;
    }
  };
  const count = () => {
    for (const el of $$("[data-until]")) {
      const left = Math.max(0, Math.round((Date.parse(el.dataset.until) - Date.now() - skew) / 1000));
      const text = left >= 3600 ? span(left) : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      if (text !== el.textContent) el.textContent = text;
      if (!left && el.dataset.then === "reload" && !el.dataset.done) { el.dataset.done = "1"; setTimeout(() => location.reload(), 2500); }
      el.classList.toggle("dead", left < 60);
    }
  };
  setInterval(tick, 20000);
  setInterval(count, 1000);
  count();

  // --- copying ---------------------------------------------------------------------------------------------------
  const ready = (root) => {
    if (navigator.clipboard) $$("[data-copy]", root).forEach((el) => { el.hidden = false; });
    $$("[data-help]", root).forEach((el) => { el.hidden = false; });
    $$("input[name=browser_zone]", root).forEach((el) => { el.value = Intl.DateTimeFormat().resolvedOptions().timeZone || ""; });
  };
  document.addEventListener("change", (event) => event.target.closest("[data-submit]")?.form.requestSubmit());
  document.addEventListener("click", (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      const label = $("span", copy) || copy, before = label.textContent;
      navigator.clipboard.writeText(copy.dataset.copy).then(() => {
        label.textContent = "Copied";
        setTimeout(() => { label.textContent = before; }, 1600);
      });
    }
    if (event.target.closest("[data-help]")) $("#help").showModal();
    for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });

  // A form is sent once, however often an impatient thumb presses.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") { form.dataset.sent = "1"; setTimeout(() => { delete form.dataset.sent; }, 8000); }
  });

  // --- what is new waits behind a bar --------------------------------------------------------------------------------
  // Events arrive as `live-TOPIC` on the body. Parts that may change in place say so with hx-trigger; lists count.
  const counts = new Map();
  const fresh = (topic) => {
    for (const bar of $$("[data-fresh]")) {
      if (!bar.dataset.fresh.split(" ").includes(topic)) continue;
      counts.set(bar, (counts.get(bar) || 0) + 1);
      $(".num", bar).textContent = counts.get(bar);
      bar.hidden = false;
    }
  };
  for (const topic of ["alert", "incident", "page", "postmortem", "change", "slo"]) {
    document.body.addEventListener(`live-${topic}`, () => fresh(topic));
  }
  document.addEventListener("click", (event) => {
    const bar = event.target.closest("[data-fresh]");
    if (!bar || !window.htmx) return;
    const target = bar.dataset.target;
    window.htmx.ajax("GET", location.pathname + location.search, { target, select: target, swap: "outerMorph" });
    bar.hidden = true;
    counts.delete(bar);
  });

  // --- the palette: a search in a dialog; arrows choose, Enter goes ------------------------------------------------------
  const palette = () => {
    const box = $("#palette");
    if (!box || box.open || !window.htmx) return false;
    box.showModal();
    $("input", box).select();
    window.htmx.trigger($("input", box), "palette");
    return true;
  };
  document.addEventListener("click", (event) => { if (event.target.closest("[data-palette]") && palette()) event.preventDefault(); });
  $("#palette")?.addEventListener("keydown", (event) => {
    const hits = $$("#palette-hits a"), at = hits.indexOf(document.activeElement);
    if (event.key === "ArrowDown") hits[Math.min(hits.length - 1, at + 1)]?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? hits[at - 1] : $("#palette input")).focus();
    else if (event.key === "Enter" && at < 0) hits[0]?.click();
    else if (event.key.length === 1 && at >= 0 && !event.ctrlKey && !event.metaKey) { $("#palette input").focus(); return; }
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "k" && palette()) event.preventDefault();
  });

  // --- nothing moves under a finger: while somebody points, taps or types, what is new waits for a moment ---------------
  let touched = 0;
  for (const name of ["pointerdown", "pointermove", "wheel", "keydown"]) {
    document.addEventListener(name, () => { touched = Date.now(); }, { passive: true });
  }
  const later = new Map();
  document.addEventListener("htmx:before:request", (event) => {
    const { ctx } = event.detail, cause = String(ctx?.sourceEvent?.type), element = ctx?.sourceElement;
    if (!element || !/^(live-|every$|again$)/.test(cause)) return;
    const quiet = Date.now() - touched;
    if (quiet > 2500 && !$("main :is(input, textarea, select):focus, main details.fold[open]", element)) return;
    event.preventDefault();
    clearTimeout(later.get(element));
    later.set(element, setTimeout(() => element.isConnected && window.htmx.trigger(element, "again"), 2600));
  });

  // --- keys --------------------------------------------------------------------------------------------------------------
  const off = document.documentElement.dataset.keys === "off";
  let pending = 0;
  const rows = () => $$("main tr.hit, main .rows > li").filter((row) => $("a", row));
  const step = (by) => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
    if (next) $("a", next).focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (off || typing || event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]")) return;
    const key = event.key;
    if (pending && Date.now() - pending < 1500) {
      pending = 0;
      const link = $(`.rail [data-key="${CSS.escape(key)}"]`);
      if (link) { event.preventDefault(); link.click(); }
      return;
    }
    const acts = {
      g: () => { pending = Date.now(); },
      "?": () => $("#help")?.showModal(),
      "/": () => { const filter = $("main input[type=search]"); if (filter) filter.focus(); else palette(); },
      a: () => $("main [data-do=a]")?.click(),
      e: () => $("main [data-do=e]")?.click(),
      d: () => $(".declare")?.click(),
      j: () => step(1),
      k: () => step(-1),
    };
    if (acts[key]) { event.preventDefault(); acts[key](); }
  });

  // --- after a swap, and at the start -----------------------------------------------------------------------------------
  document.addEventListener("htmx:after:swap", () => { ready(document); tick(); count(); });
  if (location.search.includes("said=")) {
    const url = new URL(location.href);
    url.searchParams.delete("said");
    history.replaceState(history.state, "", url);
  }
  // Pushes, and a page that says so when there is no network. Nothing else is kept.
  if ("serviceWorker" in navigator && $("[data-palette]")) navigator.serviceWorker.register("/sw.js").catch(() => undefined);
  ready(document);
  $("form[data-auto]")?.requestSubmit();
})();
