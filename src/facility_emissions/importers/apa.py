"""Agência Portuguesa do Ambiente: emission factor of electricity, mainland and islands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from facility_emissions.importers.grid_rows import grid_row, number, read_table
from facility_emissions.importers.tidy import Import, LayoutError, Row

FILE = "electricity/national/pt_apa_2005_2020.csv"
SOURCE = (
    "APA, Fator de Emissao da Eletricidade - 2022 (1 Mar 2022), Table T1; "
    "https://pt.scribd.com/document/638045930/co2-intensity-energy-mix"
)
# Region of the table: our place. The islands are grids of their own, so what is asked for Portugal
# without its islands named is the mainland; the mean of all three regions is left out.
PLACES = {"PT-mainland": "PT", "PT-Madeira": "PT-30", "PT-Azores": "PT-20"}
LEFT_OUT = ("PT",)  # the national mean: mainland, Madeira and Azores together


def read(sources: Path) -> Import:
    """Read the edition of 2022."""
    imported = Import()
    imported.sources = [
        {
            "source_id": "apa",
            "edition": "2022",
            "title": "Fator de Emissão da Eletricidade - 2022",
            "publisher": "Agência Portuguesa do Ambiente (APA)",
            "published": "2022-03-01",
            "licence": "cited-facts-no-licence",
            "attribution": "Agência Portuguesa do Ambiente, Fator de Emissão da Eletricidade - 2022",
            "gwp_set": "unstated",
            "note": "read in a public copy of the document",
        }
    ]
    imported.add_factors("electricity/apa.csv", _rows(sources / FILE))
    return imported


def _rows(path: Path) -> Iterator[Row]:
    for row in read_table(path, ("region", "data_year", "kg_co2e_per_kwh", "source")):
        region, year = row["region"], int(row["data_year"])
        where = f"{path.name}, {region} {year}"
        if row["source"] != SOURCE or region not in (*PLACES, *LEFT_OUT):
            raise LayoutError(f"{where}: unknown region or edition.")
        if region in LEFT_OUT:
            continue
        yield grid_row(
            *("apa", "2022", PLACES[region], year),
            co2e=number(row["kg_co2e_per_kwh"], where),
            data_year=year,
            locator=f"Table T1, {region.removeprefix('PT-')}, {year}",
            note="mainland; the islands have rows of their own" if region == "PT-mainland" else "",
        )
