"""`make sbom`, `make licences` and `make audit`: what requirements.lock pins, for whoever answers for this software.

The list of packages comes from the lock, and what they say of themselves from their installed metadata. Neither needs a
network; the audit does.
"""

import json
import re
import subprocess
import sys
import tomllib
import uuid
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from orchestration.settings import REPOSITORY

LOCK = REPOSITORY / "requirements.lock"
PROJECT = "csc-warehouse"
PIP_AUDIT = "pip-audit==2.10.1"  # fetched when asked for: nothing else of the project needs its twenty packages
UNKNOWN = "not stated"
LICENCE_CLASSIFIER = "License :: "
NOT_MADE = """\
No audit was made, because its data could not be had: {said}
The audit asks pypi.org for {tool} and for the known vulnerabilities of each package. Run `make audit` on a computer
that may reach https://pypi.org, or give your scanner the list that `make sbom` writes."""


@dataclass
class Package:
    """A package of the lock. `needed_by` are the packages that require it; the project itself may be one."""

    name: str
    version: str
    sha256: list[str] = field(default_factory=list)
    needed_by: list[str] = field(default_factory=list)

    @property
    def purl(self) -> str:
        """Its package URL, which is how other tools name it."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> list[Package]:
    """Return the packages that a lock written by `uv pip compile --generate-hashes` pins, in its order."""
    packages: list[Package] = []
    for line in text.splitlines():
        if pinned := re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==([^\s;]+)", line):
            packages.append(Package(pinned[1], pinned[2]))
        elif found := re.search(r"--hash=sha256:(\w+)", line):
            packages[-1].sha256.append(found[1])
        elif needing := re.match(r"    #(?: via|  ) +([\w.-]+)", line):
            packages[-1].needed_by.append(needing[1])
    return packages


def licence(name: str) -> str:
    """Return the licence that an installed package states: an SPDX expression, else its classifiers, else its text."""
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return "not installed on this platform"
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith(LICENCE_CLASSIFIER)]
    if named := sorted({c.rpartition(" :: ")[2] for c in classifiers} - {"OSI Approved"}):
        return ", ".join(named)
    stated = metadata["License"].strip() if "License" in metadata else ""
    return stated.splitlines()[0] if stated else UNKNOWN


def sbom(packages: list[Package], version: str) -> dict[str, Any]:
    """Return the lock as a CycloneDX 1.6 document. The same lock gives the same document, so it has no time in it."""
    project = f"{PROJECT}@{version}"
    needs: dict[str, list[str]] = {project: [], **{package.purl: [] for package in packages}}
    refs = {PROJECT: project, **{package.name: package.purl for package in packages}}
    for package in packages:
        for needing in package.needed_by:
            needs[refs[needing]].append(package.purl)
    identity = "\n".join([project, *(f"{p.purl} {' '.join(p.sha256)}" for p in packages)])
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, identity)}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": project, "name": PROJECT, "version": version},
        },
        "components": [_component(package) for package in packages],
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in needs.items()],
    }


def _component(package: Package) -> dict[str, Any]:
    # the hashes are those of the files that the index offers for each platform, one of which is installed
    files = {
        "type": "distribution",
        "url": f"https://pypi.org/project/{package.name}/{package.version}/#files",
        "hashes": [{"alg": "SHA-256", "content": sha256} for sha256 in package.sha256],
    }
    return {
        "type": "library",
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "licenses": [{"license": {"name": licence(package.name)}}],
        "externalReferences": [files],
    }


def licences(packages: list[Package]) -> str:
    """Return a table of package, version and licence, as tab-separated text."""
    rows = [("package", "version", "licence"), *((p.name, p.version, licence(p.name)) for p in packages)]
    return "\n".join("\t".join(row) for row in rows)


def audit(lock: Path, tool: str = PIP_AUDIT) -> tuple[int, str]:
    """Return an exit code and what to print: 0 none known, 1 some packages are vulnerable, 2 no audit was made."""
    with TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        options = ["--require-hashes", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
        uvx = str(Path(sys.executable).with_name("uvx"))
        done = subprocess.run(  # noqa: S603 (our own command line)
            [uvx, "--quiet", tool, "--requirement", str(lock), *options, "--output", str(report)],
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists() or not report.stat().st_size:
            return 2, NOT_MADE.format(said=_cause(done.stderr), tool=tool)
        return audited(json.loads(report.read_text()))


def audited(report: dict[str, Any]) -> tuple[int, str]:
    """Return an exit code and a line for each vulnerability in a report of pip-audit."""
    lines, vulnerable, skipped = [], 0, 0
    for package in report["dependencies"]:
        if reason := package.get("skip_reason"):
            skipped += 1
            lines.append(f"{package['name']}: not looked at, {reason}")
        for known in package.get("vulns", []):
            vulnerable += 1
            fixed = ", ".join(known["fix_versions"]) or "no version yet"
            lines.append(f"{package['name']} {package['version']}: {known['id']}, fixed in {fixed}")
    looked_at = len(report["dependencies"]) - skipped
    return int(vulnerable > 0), "\n".join(
        [*lines, f"Packages looked at: {looked_at}. Known vulnerabilities: {vulnerable}."]
    )


def _cause(text: str) -> str:
    """Return the last line of what a program said: the cause, under a traceback too. Advice is left out."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("hint:")]
    return lines[-1] if lines else "it did not say why"


def main() -> None:
    """Print what the first argument names, or write the SBOM to the file that the second one names."""
    asked, *to = sys.argv[1:]
    packages = read_lock(LOCK.read_text())
    if asked == "licences":
        print(licences(packages))
    elif asked == "audit":
        code, told = audit(LOCK)
        print(told, file=sys.stderr if code else sys.stdout)
        sys.exit(code)
    else:
        version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
        file = Path(to[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(sbom(packages, version), indent=1) + "\n")
        print(f"Wrote {file}: {len(packages)} packages")


if __name__ == "__main__":
    main()
