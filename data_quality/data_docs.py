"""Great Expectations' Data Docs of the last run: pages that need no network and show no value of a row.

Great Expectations' own pages load styles, scripts and pictures from seven hosts, and its results hold samples of what
broke a rule. Here the pages are drawn by two templates of this folder, its way to customise them, and a result keeps
only its counts.
"""

import logging
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import great_expectations as gx
from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.data_context.types.resource_identifiers import (
    ExpectationSuiteIdentifier,
    ValidationResultIdentifier,
)
from great_expectations.render.view import DefaultJinjaIndexPageView, DefaultJinjaPageView

TEMPLATES = Path(__file__).with_name("templates")
COUNTS = {"element_count", "missing_count", "missing_percent", "unexpected_count", "unexpected_percent"}
NOT_RUN = "The check could not run. The log of the run says why."
log = logging.getLogger(__name__)
_of_run: dict[str, list[ExpectationSuiteValidationResult]] = {}


class Page(DefaultJinjaPageView):  # type: ignore[misc]  # it comes without types
    """The page of one table."""

    _template = "data_docs_page.j2"

    def __init__(self, custom_styles_directory: str | None = None, custom_views_directory: str | None = None) -> None:
        """Look for templates in this folder, too."""
        super().__init__(custom_styles_directory, custom_views_directory or str(TEMPLATES))


class IndexPage(Page, DefaultJinjaIndexPageView):  # type: ignore[misc]
    """The page that lists the tables."""

    _template = "data_docs_index.j2"


def counts_only(result: ExpectationSuiteValidationResult) -> ExpectationSuiteValidationResult:
    """Take everything out of a result that may come from a row: values, samples, and what a failed query said."""
    for one in result.results:
        observed = one.result.get("observed_value")
        kept = {name: one.result[name] for name in COUNTS & one.result.keys()}
        one.result = kept | ({"observed_value": observed} if isinstance(observed, int | float) else {})
        if one.exception_info:
            one.exception_info = _told(one.exception_info)
    return result


def _told(exception_info: dict[str, Any]) -> dict[str, Any]:
    """Return that a check raised, without its message: it may quote a row. One flat record, or one for each metric."""
    if "raised_exception" not in exception_info:
        return {metric: _told(record) for metric, record in exception_info.items()}
    message = NOT_RUN if exception_info["raised_exception"] else None
    return exception_info | {"exception_message": message, "exception_traceback": message}


def keep(run_id: str, results: Iterable[ExpectationSuiteValidationResult]) -> None:
    """Keep the counts of these results for the pages, with those of the same run before."""
    if run_id not in _of_run:
        _of_run.clear()
    _of_run.setdefault(run_id, []).extend(map(counts_only, results))


def write(folder: Path) -> None:
    """Write the pages of what is kept, in the place of those of the run before.

    A page that cannot be drawn is a line in the log: the verdicts stand.
    """
    try:
        for results in _of_run.values():
            _write(results, folder)
    except Exception as error:
        log.warning("The Data Docs could not be written: %s: %s", type(error).__name__, error)


def _write(results: Iterable[ExpectationSuiteValidationResult], folder: Path) -> None:
    context = gx.get_context(mode="ephemeral")
    store = context.validation_results_store
    pages = 0
    for result in results:
        key = ValidationResultIdentifier(
            expectation_suite_identifier=ExpectationSuiteIdentifier(result.suite_name),
            run_id=result.meta["run_id"],
            batch_identifier=result.batch_id,
        )
        store.set(key, result)
        pages += 1
    arriving = folder.with_name(f".{folder.name}-arriving")
    shutil.rmtree(arriving, ignore_errors=True)
    site = {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(arriving)},
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": _view(IndexPage)},
        "site_section_builders": {"expectations": "none", "profiling": "none", "validations": {"view": _view(Page)}},
    }
    context.add_data_docs_site("last run", site)
    context.build_data_docs(site_names=["last run"])
    shutil.rmtree(arriving / "static")  # logos and pictures of a tutorial
    # Great Expectations logs a page that cannot be drawn, and goes on
    if len(list(arriving.rglob("*.html"))) != pages + 1:
        raise RuntimeError(f"of {pages} pages some could not be drawn")
    shutil.rmtree(folder, ignore_errors=True)
    arriving.rename(folder)


def _view(page: type[Page]) -> dict[str, str]:
    return {"module_name": __name__, "class_name": page.__name__}
