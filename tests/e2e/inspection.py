"""What a page's markup is inspected for. Each check takes an open page and returns its complaints, one line each."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.e2e.screen import focus, skip_link

Check = Callable[[Page], list[str]]


def headings_and_landmarks(page: Page) -> list[str]:
    """One h1, no level left out, one banner and one main, every nav and aside with a name of its own."""
    return page.evaluate(
        """() => {
          const shown = (element) => element.checkVisibility();
          const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
          const said = [];
          const levels = all("h1, h2, h3, h4, h5, h6").map((heading) => Number(heading.localName[1]));
          if (levels.filter((level) => level === 1).length !== 1) said.push("headings: not exactly one h1");
          levels.forEach((level, at) => {
            if (at && level > levels[at - 1] + 1) said.push(`headings: h${levels[at - 1]} is followed by h${level}`);
          });
          if (all("main").length !== 1) said.push("landmarks: not exactly one main");
          const entrance = document.body.classList.contains("entrance"); // one card, no top panel
          if (all("body > header").length !== (entrance ? 0 : 1)) said.push("landmarks: not exactly one banner");
          for (const kind of ["nav", "aside"]) {
            const names = all(kind).map((element) => element.getAttribute("aria-label")
              ?? document.getElementById(element.getAttribute("aria-labelledby"))?.textContent ?? "");
            if (names.some((name) => !name.trim())) said.push(`landmarks: a ${kind} without a name`);
            if (new Set(names).size !== names.length) said.push(`landmarks: two ${kind} of one name: ${names}`);
          }
          return said;
        }"""
    )


def title_and_language(page: Page) -> list[str]:
    """The title says the page and where it is; `Error: ` before it, once, where the form has mistakes."""
    return page.evaluate(
        """() => {
          const said = [];
          if (!document.documentElement.lang) said.push("language: none");
          const parts = document.title.split(" · ");
          const isWhole = parts.length > 1 && parts.every((part) => part.trim() && !part.startsWith("·")); // spaces are collapsed
          if (!isWhole && !document.title.endsWith("Log in to Tracker"))
            said.push(`title: “${document.title}” is no page · section · company, nor page · Tracker`);
          const wrong = document.querySelector("main [aria-invalid=true], .error-summary");
          if (Boolean(wrong) !== /^Error: (?!Error: )/.test(document.title))
            said.push(`title: mistakes on the page and “Error: ” in the title do not go together: ${document.title}`);
          return said;
        }"""
    )


def names(page: Page) -> list[str]:
    """What is read on a control is part of its accessible name; icons alone have one."""
    return page.evaluate(
        """() => {
          const said = [];
          const flat = (text) => text.replace(/\\s+/g, " ").trim().toLowerCase();
          for (const element of document.querySelectorAll("a[aria-label], button[aria-label], summary[aria-label]")) {
            const copy = element.cloneNode(true);
            copy.querySelectorAll("[aria-hidden=true], .u-hidden-visually").forEach((part) => part.remove());
            const seen = flat(copy.textContent);
            if (seen && !flat(element.getAttribute("aria-label")).includes(seen))
              said.push(`names: “${seen}” is not in “${element.getAttribute("aria-label")}”`);
          }
          return said;
        }"""
    )


def off_controls(page: Page) -> list[str]:
    """A control that is off stays in reach, says why, and answers a click; nothing is plainly disabled."""
    return page.evaluate(
        """() => {
          const said = [];
          for (const element of document.querySelectorAll("main [disabled], header [disabled]"))
            said.push(`off: ${element.outerHTML.slice(0, 120)} is out of reach`);
          for (const element of document.querySelectorAll("[aria-disabled=true]")) {
            const why = element.getAttribute("aria-describedby");
            if (!why || !document.getElementById(why)) said.push(`off: no reason for ${element.outerHTML.slice(0, 120)}`);
            const target = document.getElementById(element.getAttribute("popovertarget"));
            if (element.localName === "button" && !target) said.push(`off: no answer to ${element.textContent.trim()}`);
          }
          return said;
        }"""
    )


def tables(page: Page) -> list[str]:
    """A table has a caption, its headers a scope, and keeps its roles when rows become cards."""
    return page.evaluate(
        """() => {
          const said = [];
          for (const table of document.querySelectorAll("main table")) {
            if (!table.caption && !table.getAttribute("aria-label")) said.push("tables: no caption");
            for (const cell of table.querySelectorAll("th"))
              if (!cell.scope) said.push(`tables: no scope on ${cell.textContent.trim()}`);
            for (const [selector, role] of [["tr", "row"], ["td", "cell"]])
              for (const part of table.querySelectorAll(selector))
                if (!getComputedStyle(part).display.startsWith("table") && part.checkVisibility() && part.role !== role)
                  said.push(`tables: a ${selector} that is no table ${role} any more`);
          }
          return said;
        }"""
    )


def marks(page: Page) -> list[str]:
    """Status and level are words beside a shape, never a colour alone; pictures have a text or are decoration."""
    return page.evaluate(
        """() => {
          const said = [];
          for (const mark of document.querySelectorAll(".badge, .status, .priority"))
            if (!(mark.parentElement.textContent + (mark.getAttribute("aria-label") ?? "")).trim())
              said.push(`marks: no word in ${mark.outerHTML.slice(0, 120)}`);
          for (const picture of document.querySelectorAll("svg, img"))
            if (!picture.closest("[aria-hidden=true]") && !picture.getAttribute("aria-label") && !picture.alt
                && !picture.getAttribute("aria-labelledby") && picture.getAttribute("alt") !== "")
              said.push(`marks: a picture without words ${picture.outerHTML.slice(0, 120)}`);
          return said;
        }"""
    )


def fields(page: Page) -> list[str]:
    """Passwords and addresses say what they are, so that browsers and password managers can fill them."""
    return page.evaluate(
        """() => [...document.querySelectorAll("main input:is([type=password], [type=email])")]
          .filter((field) => !field.autocomplete)
          .map((field) => `fields: no autocomplete on ${field.name}`)"""
    )


def instants(page: Page) -> list[str]:
    """A date is a `time` with its instant."""
    return page.evaluate(
        """() => [...document.querySelectorAll("time")].filter((time) => !time.dateTime)
          .map((time) => `instants: no datetime on ${time.textContent}`)"""
    )


def help_link(page: Page) -> list[str]:
    """The way to help stands last in the page's foot, on every page."""
    found = page.evaluate("Boolean(document.querySelector('body > footer > a[href^=\"mailto:\"]:last-child'))")
    return [] if found else ["help: no link at the page's foot"]


STATIC: list[Check] = [
    headings_and_landmarks,
    title_and_language,
    names,
    off_controls,
    tables,
    marks,
    fields,
    instants,
    help_link,
    focus,
    skip_link,
]
