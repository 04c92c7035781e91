// <div data-poll-part data-poll="URL">: asks for the part again until it comes without data-poll, then shows it.
import { announce } from "./live.js";

const PAUSE = 1500; // ms between two questions

async function fetchPart(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-poll-part]");
}

async function poll(part) {
  try {
    const fresh = await fetchPart(part.dataset.poll);
    if (!fresh) location.reload(); // another page answered: logged out, removed meanwhile
    else if (!fresh.dataset.poll) {
      part.replaceWith(document.adoptNode(fresh));
      announce(fresh.querySelector("[data-outcome]")?.textContent.trim() ?? "");
      return;
    }
  } catch {
    // no connection: it is asked again
  }
  setTimeout(poll, PAUSE, part);
}

const part = document.querySelector("[data-poll]");
if (part) setTimeout(poll, PAUSE, part);
