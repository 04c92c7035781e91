// Whoever lowers their own access is asked once whether they mean it, where they did it, before it is staged. Without
// this script the review of the changes says the same at their line.
import { announce } from "./live.js";

const questionOf = () => document.querySelector("[data-own-question]"); // anew: a search exchanges the list
let agreed = false;
let answer = null;

export function lowersOwn(select, level) {
  const isAsked = questionOf() && !agreed && select.closest("[data-own]");
  return Boolean(isAsked) && select.dataset.level === "full" && level === "read_only";
}

// Asks inside of `place`; true to go on. `opener` has the focus afterwards. Asking again answers the former question.
export function agree(place, opener) {
  answer?.(false);
  const question = questionOf();
  place.append(question);
  question.hidden = false;
  announce(question.querySelector("p").textContent.trim());
  return new Promise((resolve) => {
    answer = (goesOn) => {
      question.hidden = true;
      answer = null;
      opener.focus();
      resolve(goesOn);
    };
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-own-answer]");
  if (!button) return;
  agreed = button.dataset.ownAnswer === "go";
  answer?.(agreed);
});

// back to the level that is, without an answer
document.addEventListener("change", (event) => {
  if (questionOf()?.parentNode.contains(event.target) && event.target.closest("[data-own]")) answer?.(false);
});
