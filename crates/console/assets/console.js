// Looks again at the part of a page that is marked as live, while somebody looks at it. Without this, loading the page again does the same.
"use strict";

const PAUSE_MS = 2000;
const region = document.querySelector("[data-live]");

async function look() {
  const busy = region.contains(document.activeElement);
  if (document.visibilityState === "visible" && !busy) {
    try {
      const answer = await fetch(location.href);
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.querySelector("[data-live]");
        if (fresh && fresh.innerHTML !== region.innerHTML) {
          region.innerHTML = fresh.innerHTML;
        }
      }
    } catch {
      // The server is away; it is asked again.
    }
  }
  setTimeout(look, PAUSE_MS);
}

if (region) {
  setTimeout(look, PAUSE_MS);
}
