"""What a page is inspected for on the screen and under the keyboard; checks as in `inspection`."""

from __future__ import annotations

from playwright.sync_api import Page


def skip_link(page: Page) -> list[str]:
    """The first Tab shows the skip link; Enter moves the focus to the main part."""
    page.evaluate("document.documentElement.tabIndex = -1; document.documentElement.focus()")
    page.keyboard.press("Tab")
    state = "({skip: document.activeElement.matches('.skip'), top: document.activeElement.getBoundingClientRect().top})"
    first = page.evaluate(state)
    page.evaluate("document.documentElement.removeAttribute('tabindex')")
    if not first["skip"] or first["top"] < 0:
        return [f"skip link: the first Tab leads elsewhere or shows nothing: {first}"]
    page.keyboard.press("Enter")
    return [] if page.evaluate("document.activeElement.id") == "main" else ["skip link: the focus is not in main"]


def focus(page: Page) -> list[str]:
    """Every control in reach of Tab shows where the focus is, and nothing lies over it."""
    return page.evaluate(
        """() => {
          const said = [];
          const reach = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
          for (const element of document.querySelectorAll(reach)) {
            if (element.disabled || !element.checkVisibility({visibilityProperty: true})) continue;
            if (element.closest(".u-hidden-visually, .skip")) continue;
            element.focus({focusVisible: true});
            if (document.activeElement !== element) continue;
            const shape = (style) => style.outlineStyle + style.outlineWidth + style.boxShadow + style.borderColor;
            const marked = [element, element.parentElement, element.nextElementSibling].filter(Boolean);
            const focused = marked.map((one) => shape(getComputedStyle(one)) + shape(getComputedStyle(one, "::after")));
            const box = element.getBoundingClientRect();
            const x = Math.min(Math.max(box.x + Math.min(box.width, innerWidth) / 2, 1), innerWidth - 1);
            const y = Math.min(Math.max(box.y + box.height / 2, 1), innerHeight - 1);
            const over = document.elementFromPoint(x, y);
            const name = element.outerHTML.slice(0, 120).replace(/\\s+/g, " ");
            const near = over && (element.contains(over) || over.contains(element)
              || element.labels?.length && [...element.labels].some((label) => label.contains(over)));
            if (box.width && !near) said.push(`focus: ${name} lies under ${over?.outerHTML.slice(0, 80)}`);
            element.blur();
            const rest = marked.map((one) => shape(getComputedStyle(one)) + shape(getComputedStyle(one, "::after")));
            if (focused.join() === rest.join()) said.push(`focus: nothing shows it on ${name}`);
          }
          scrollTo(0, 0);
          return said;
        }"""
    )


def targets(page: Page) -> list[str]:
    """Each control is 24 × 24 CSS pixels or more; on a phone the buttons of forms are 36 high."""
    return page.evaluate(
        """() => {
          const said = [];
          const phone = innerWidth < 640;
          for (const element of document.querySelectorAll("a[href], button, input, select, textarea, summary")) {
            if (!element.checkVisibility() || element.type === "hidden" || element.closest(".u-hidden-visually, .skip"))
              continue;
            const cover = getComputedStyle(element, "::after"); // a title whose whole row is the link
            const whole = cover.content !== "none" && cover.position === "absolute" ? element.offsetParent : null;
            const inText = element.localName === "a" && getComputedStyle(element).display === "inline";
            const label = element.closest("label") ?? element.labels?.[0];
            const boxes = [element, ["checkbox", "radio"].includes(element.type) ? label : null, whole].filter(Boolean)
              .map((one) => one.getBoundingClientRect());
            const least = phone && element.matches(".button--primary:not(.button--small)") ? 36 : 24;
            const fits = boxes.some((box) => box.width >= 23.99 && box.height >= least - 0.01);
            if (!inText && !fits)
              said.push(`targets: ${boxes[0].width}×${boxes[0].height} ${element.outerHTML.slice(0, 120)}`);
          }
          return said;
        }"""
    )


def sideways(page: Page) -> list[str]:
    """Nothing makes the page wider than the screen."""
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"sideways: {over} px too wide at {page.viewport_size}"] if over > 0 else []


def motion(page: Page) -> list[str]:
    """With reduced motion asked for, nothing moves for longer than a millisecond."""
    return page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((element) => {
          const style = getComputedStyle(element);
          const slow = [style.transitionDuration, style.animationDuration].some((list) =>
            list.split(",").some((time) => parseFloat(time) * (time.includes("ms") ? 1 : 1000) > 1));
          return slow || style.scrollBehavior === "smooth" ? [`motion: ${element.outerHTML.slice(0, 100)}`] : [];
        }).slice(0, 5)"""
    )


def menus(page: Page) -> list[str]:
    """A menu, a popover or details that opens stays between the page's edges."""
    return page.evaluate(
        """() => {
          const over = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
          return [...document.querySelectorAll("details, [popover]")].flatMap((one) => {
            const isMenu = one.localName === "details";
            if (isMenu ? one.open : one.matches(":popover-open")) return [];
            if (isMenu) one.open = true; else one.showPopover();
            const beyond = over();
            if (isMenu) one.open = false; else one.hidePopover();
            return beyond > 0 ? [`menus: ${beyond} px too wide: ${one.outerHTML.slice(0, 120)}`] : [];
          });
        }"""
    )


def still(page: Page) -> None:
    """No transitions from here on: what is looked at next is what stays."""
    page.evaluate(
        """() => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync("*, *::before, *::after { transition: none !important; animation: none !important; }");
          document.adoptedStyleSheets = [sheet];
        }"""
    )
