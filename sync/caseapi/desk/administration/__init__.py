"""The pages of the three administrators: accounts, organisations, grids, tablets, and what all of them did."""

from litestar.handlers import HTTPRouteHandler

from sync.caseapi.desk.administration.accounts import account_routes
from sync.caseapi.desk.administration.acts import act_routes
from sync.caseapi.desk.administration.places import place_routes
from sync.caseapi.desk.administration.tablets import tablet_routes
from sync.caseapi.desk.casework.visit import Office


def administration_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of the administrators' pages."""
    return [*account_routes(office), *place_routes(office), *tablet_routes(office), *act_routes(office)]


__all__ = ["administration_routes"]
