"""What comes in while somebody types, in a browser: said in a quiet bar, and nothing that was typed is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.sync.caseapi.desk.test_work_in_chromium import ARGUMENTS, served
from tests.sync.caseapi.desk_client import PASSWORD
from tests.sync.caseapi.people import phoned

pytestmark = pytest.mark.needs("chromium")


def test_a_new_case_is_said_in_a_bar_while_somebody_types_and_nothing_is_lost(tmp_path: Path) -> None:
    from tests.conftest import found

    complaints: list[str] = []
    with sync_playwright() as playwright, served(tmp_path / "case.db") as office:
        browser = playwright.chromium.launch(executable_path=found("chromium"), args=ARGUMENTS)
        page = browser.new_context(locale="zh-CN").new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(f"{office.origin}/desk/new")
        page.fill("#name", "community")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.fill("#description", "正在打字")
        bar = page.locator(".notices")
        expect(bar).to_have_text("")
        assert office.desk.case_api.notices.listening == 1

        office.run(phoned(office.desk))
        expect(bar).to_have_text("有 1 件新案件", timeout=20_000)
        assert page.input_value("#description") == "正在打字"
        assert page.evaluate("document.activeElement.id") == "description"
        expect(page.locator("[role=status] a")).to_have_attribute("href", "/desk/queue")

        page.click(".notices a")
        expect(page.locator(".queue tbody tr")).to_have_count(1)
        expect(bar).to_have_text("")
        browser.close()
    assert complaints == []
