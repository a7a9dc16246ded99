"""Every link of the documentation leads somewhere."""

import re

from conftest import ROOT


def test_every_link_of_the_documentation_leads_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in re.findall(r"\]\(([^)#]+)\)", page.read_text())]
    assert len(links) >= 30
    assert [(page.name, link) for page, link in links if not (page.parent / link).exists()] == []
