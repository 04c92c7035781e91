// A job's card is asked for again every two seconds until the job is over. Said aloud: the start, the half, the end.
import { announce } from "./live.js";

const PAUSE = 2000; // ms

function replace(card, html) {
  const next = new DOMParser().parseFromString(html, "text/html").getElementById("job");
  if (!next) return card;
  const focused = card.contains(document.activeElement) ? document.activeElement.id : "";
  card.replaceWith(next);
  if (focused) document.getElementById(focused)?.focus();
  if (next.dataset.stage !== card.dataset.stage) announce(next.dataset.said);
  return next;
}

async function follow(card) {
  while (card.dataset.progress) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    try {
      const answer = await fetch(card.dataset.progress, { credentials: "same-origin" });
      if (answer.redirected || !answer.ok) return location.reload();
      card = replace(card, await answer.text());
    } catch {
      // offline: asked again
    }
  }
}

const card = document.getElementById("job");
if (card) {
  announce(card.dataset.said);
  follow(card);
}
