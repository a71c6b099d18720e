// The service worker: shows pages that are pushed, and says so when there is no network. It keeps no page but the one that
// says that: an alert as it was an hour ago, shown as if it were now, is worse than none.
"use strict";
const shell = "SHELL", parts = "PARTS", offline = "/offline";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(shell).then((cache) => cache.addAll(parts)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== shell).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event, path = new URL(request.url).pathname;
  if (request.mode === "navigate" && request.method === "GET") {
    event.respondWith(fetch(request).catch(() => caches.match(offline)));
  } else if (parts.includes(path) && path !== offline) {
    event.respondWith(caches.match(request).then((kept) => kept || fetch(request)));
  }
});

// --- pages --------------------------------------------------------------------------------------------------------

const unread = { title: "watchbill calls you", body: "The message could not be read. Open watchbill.", path: "/", tag: "unread", urgent: true, answers: false };

const answer = async (page, does) => {
  const said = await fetch("/api/v1/push/answers", {
    method: "POST", credentials: "omit", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token: page.path.split("/").pop(), does }),
  });
  if (!said.ok) throw new Error(`HTTP ${said.status}`);
  return said.json();
};

const show = async (message) => {
  let page = unread;
  try { page = message.json(); } catch { /* shown as unread: silence would be worse */ }
  await self.registration.showNotification(page.title, {
    body: page.body, tag: page.tag, renotify: true, requireInteraction: page.urgent, timestamp: page.at, data: page,
    vibrate: page.urgent ? [400, 150, 400, 150, 800] : [150], icon: parts.find((path) => path.endsWith("icon.svg")),
    actions: page.answers ? [{ action: "ack", title: "Acknowledge" }, { action: "open", title: "Open" }] : [],
  });
  // The receipt. Without a network there is none; the page is on the screen all the same.
  if (page !== unread) await answer(page, "shown").catch(() => undefined);
};

const acknowledge = async (page) => {
  try {
    const now = await answer(page, "ack");
    const by = now.acknowledged_by ? `${now.acknowledged_by} has it.` : `It is ${now.status}.`;
    await self.registration.showNotification("Acknowledged", { body: `${by} ${now.title}`, tag: page.tag, data: page, silent: true });
  } catch {
    await self.registration.showNotification("NOT acknowledged", {
      body: `watchbill could not be reached: others will be called. ${page.title}`, tag: page.tag, renotify: true, requireInteraction: true, data: page,
      actions: [{ action: "ack", title: "Try again" }, { action: "open", title: "Open" }],
    });
  }
};

self.addEventListener("push", (event) => event.waitUntil(show(event.data)));

self.addEventListener("notificationclick", (event) => {
  const page = event.notification.data || unread;
  event.notification.close();
  event.waitUntil(event.action === "ack" ? acknowledge(page) : self.clients.openWindow(page.path));
});
