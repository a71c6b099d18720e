// Turning push on in this browser: asks for leave, subscribes, and hands the subscription in with an ordinary form.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const form = $("[data-push]");
  if (!form) return;
  const button = $("button", form), why = $("[data-why]");
  const say = (text) => { why.textContent = text; why.hidden = false; };
  if (!window.isSecureContext) return say("Browsers take pushes over https only. Open watchbill under its https address here.");
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    const apple = /iPhone|iPad/.test(navigator.userAgent);
    return say(apple ? "On an iPhone or iPad: share this page, choose “Add to Home Screen”, and open watchbill from there." : "This browser takes no pushes.");
  }
  form.hidden = false;

  const raw = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const name = () => {
    const agent = navigator.userAgent;
    const browser = (/(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent) || ["", "Browser"])[1].replace("Edg", "Edge").replace("OPR", "Opera");
    const system = /Android/.test(agent) ? "Android" : /iPhone|iPad/.test(agent) ? "iOS" : /Windows/.test(agent) ? "Windows" : /Mac OS/.test(agent) ? "macOS" : /Linux/.test(agent) ? "Linux" : "this device";
    return `${browser} on ${system}`;
  };

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const leave = await Notification.requestPermission();
      if (leave !== "granted") throw new Error("the browser was not allowed to show notifications: allow them for this site in its settings");
      const worker = await navigator.serviceWorker.register("/sw.js");
      await navigator.serviceWorker.ready;
      const key = raw(form.dataset.push);
      const known = await worker.pushManager.getSubscription();
      const same = known && text(known.options.applicationServerKey || new ArrayBuffer(0)) === text(key);
      if (known && !same) await known.unsubscribe();
      const made = same ? known : await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
      form.elements.endpoint.value = made.endpoint;
      form.elements.key.value = text(made.getKey("p256dh"));
      form.elements.auth.value = text(made.getKey("auth"));
      form.elements.name.value = name();
      form.submit();
    } catch (wrong) {
      say(`Push could not be turned on: ${wrong.message}.`);
      button.disabled = false;
    }
  });

  // Which of the devices is this one?
  (async () => {
    const worker = await navigator.serviceWorker.getRegistration();
    const known = worker && await worker.pushManager.getSubscription();
    if (!known) return;
    const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(known.endpoint));
    const own = [...new Uint8Array(hash)].slice(0, 8).map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const mark = $(`[data-device="${own}"]`);
    if (mark) { mark.hidden = false; $("span", button).textContent = "Renew push on this device"; }
  })();
})();
