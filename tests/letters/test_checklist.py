import importlib.util
import re
from pathlib import Path

import pytest

from outreach.language.proofreading import Check
from outreach.letters.checklist import CHECKS

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.code)
def test_every_check_says_what_why_and_what_to_do(check: Check) -> None:
    assert re.fullmatch(r"[LP]\d{3}", check.code)
    assert check.title[0].islower() or check.title.startswith("“")
    assert not check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.remedy
    assert check.example


def test_every_code_in_the_program_is_in_the_list() -> None:
    sources = "\n".join(
        path.read_text("utf-8")
        for room in ("letters", "dispatch", "language")
        for path in (CHECKOUT / "outreach" / room).rglob("*.py")
        if path.name not in {"checklist.py", "finding.py"}
    )
    used = set(re.findall(r"[\"`]([LP][12]\d\d)[\"`]", sources))
    assert used - set(CHECKS) == set()
    assert set(CHECKS) - used == set()


def test_the_page_of_the_checks_is_in_step() -> None:
    spec = importlib.util.spec_from_file_location("page", CHECKOUT / "tools/checks_reference.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = tool.reference()
    assert all(f"### {code}: " in page for code in CHECKS)
    assert (CHECKOUT / "docs" / "checks.md").read_text("utf-8") == page
