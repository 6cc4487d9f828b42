"""The directory's routes."""

from fastapi import APIRouter

from consult_api.directory.routes import rosters, sessions

router = APIRouter()
router.include_router(sessions.router)
router.include_router(rosters.router)
