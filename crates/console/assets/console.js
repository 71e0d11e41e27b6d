// Looks again at the part of a page that is marked as live, while somebody looks at it, and copies a secret at a press. Without this, loading
// the page again and marking the text do the same.
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

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Marked: copy it now";
    }
  });
}
