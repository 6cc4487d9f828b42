"""Runs the migrations of the clinical service; every module that declares tables is imported here."""

from consult_api import request, timers
from consult_api.access import GRANTS
from consult_api.beds import tables as beds
from consult_api.consults import tables as consults
from consult_api.database import METADATA
from consult_api.directory import tables as directory
from consult_api.health_record import tables as health_record
from consult_api.patients import tables as patients
from consult_api.referrals import tables as referrals
from runtime.migrations import run_in_environment

DECLARING = (GRANTS, beds, consults, directory, health_record, patients, referrals, request, timers)

run_in_environment(METADATA)
