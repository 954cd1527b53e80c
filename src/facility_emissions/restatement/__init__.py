"""Restatement: the same consumption under two methods, and what the difference is made of."""

from facility_emissions.restatement.calculate import restate as restate
from facility_emissions.restatement.result import Restatement as Restatement
from facility_emissions.restatement.significance import Significance as Significance
