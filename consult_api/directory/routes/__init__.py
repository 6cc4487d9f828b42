"""The directory's routes."""

from fastapi import APIRouter

from consult_api.directory.routes import imports, people, places, rosters, sessions

router = APIRouter()
router.include_router(sessions.router)
router.include_router(rosters.router)
router.include_router(places.router)
router.include_router(people.router)
router.include_router(imports.router)
