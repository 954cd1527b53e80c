"""Tables of parameters that are no factors: leak rates of equipment, treatment of wastewater."""

from __future__ import annotations

from facility_emissions.factors.tables.contract import (
    EDITION,
    LOCATOR,
    NOTE,
    OF_AN_EDITION,
    SOURCE_ID,
    Table,
    figure,
    must,
    text,
)

LEAK_RATES = Table(
    "Leak rates of equipment, for screening where no recharge is recorded",
    (
        must("set", "Whose set of rates it belongs to."),
        must("equipment", "Kind of equipment."),
        must("printed_as", "Its name as printed."),
        figure("charge", "Charge of refrigerant, in the unit beside it."),
        text("charge_unit", "Unit of the charge.", enum=("kg", "kg/kW", "kg/m2")),
        figure("installation_loss", "Lost at installation [share of the charge].", maximum=1),
        figure("annual_leak_rate", "Lost in a year of use [share of the charge].", maximum=1),
        figure("charge_left", "Left at the end of life [share of the charge].", maximum=1),
        figure("recovered", "Recovered at the end of life [share of what is left].", maximum=1),
        figure("end_of_life_loss", "Lost at the end of life [share of the charge].", maximum=1),
        SOURCE_ID,
        EDITION,
        LOCATOR,
        NOTE,
    ),
    key=("source_id", "edition", "printed_as"),
    references=(OF_AN_EDITION,),
)
WASTEWATER = Table(
    "Parameters of wastewater treatment",
    (
        must("parameter", "What is given."),
        text("system", "Of which system or industry; empty for all."),
        must("printed_as", "Its name as printed."),
        figure("value", "Its value.", required=True),
        figure("lower", "Published lower bound."),
        figure("upper", "Published upper bound."),
        must("unit", "Unit of the value; 1 for a share."),
        SOURCE_ID,
        EDITION,
        LOCATOR,
        NOTE,
    ),
    unique=(("source_id", "edition", "parameter", "system"),),
    references=(OF_AN_EDITION,),
)
