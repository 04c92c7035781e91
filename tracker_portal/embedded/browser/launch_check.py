"""Run as `python -m … PROGRAM`: exits with 0 if Playwright gets a picture of a page out of that browser.

A process of its own: a test process may run Playwright already, and a browser may hang instead of failing.
"""

import os
import sys

from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    browser = playwright.chromium.launch(executable_path=sys.argv[1], args=arguments)
    page = browser.new_page()
    page.set_content("<p>it works</p>")
    picture = page.screenshot()
    browser.close()
sys.exit(not picture)
