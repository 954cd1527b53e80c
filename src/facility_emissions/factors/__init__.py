"""The bundled emission factors: find them, see what they cover, follow them to their source."""

from facility_emissions.factors.coverage import coverage, known_gaps
from facility_emissions.factors.find import find, show
from facility_emissions.factors.nothing import why_nothing
from facility_emissions.factors.parameters import leak_rates, wastewater_parameters

__all__ = ["coverage", "find", "known_gaps", "leak_rates", "show", "wastewater_parameters", "why_nothing"]
