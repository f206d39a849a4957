"""The map of the grid: where the buildings are, what was found there today, and where oneself is."""

from textual import on
from textual.app import ComposeResult
from textual.widget import Widget

from fieldapp.panel import Panel, StagePort
from fieldapp.presentation.buildings import building_facts, building_title, round_counts, state_words
from fieldapp.presentation.grid_map import Plan, plan_of
from fieldapp.services.buildings import RoundView
from fieldapp.text import _, ngettext
from fieldapp.widgets.map_view import MapView
from fieldapp.widgets.plain import PlainText


class MapPanel(Panel):
    """The buildings of the grid as they lie."""

    NAME = "map"

    view: RoundView | None = None
    plan = Plan()
    chosen_building = ""

    def compose(self) -> ComposeResult:
        """Lay out what is chosen, the counts and the map."""
        yield PlainText(id="map-title", classes="panel-title")
        yield PlainText(id="map-facts")
        yield MapView(id="map-view")
        yield PlainText(id="map-counts")

    async def opened(self, argument: object) -> None:
        """Read the buildings; `argument` may name the one to be chosen."""
        self.view, self.plan = await self.work.do(self._read)
        if isinstance(argument, str):
            self.chosen_building = argument
        if self._place is None:
            unseen = next((shape.row.id for shape in self.plan.shapes if shape.row.is_left), "")
            first = self.plan.shapes[0].row.id if self.plan.shapes else ""
            self.chosen_building = unseen or first

    def paint(self) -> None:
        """Show the map and what is chosen on it."""
        view, place = self.view, self._place
        if view is None:
            return
        row = self.plan.shapes[place].row if place is not None else None
        title = f"{building_title(row)}   {state_words(row.state)}" if row else _("Map of the grid")
        self.query_one("#map-title", PlainText).say(title, style="bold")
        self.query_one("#map-facts", PlainText).say(building_facts(row) if row else "")
        empty = _("Nobody has said yet where the buildings are") if view.rows else _("No buildings yet: connect once")
        self.query_one(MapView).show(self.plan, selected=place, empty=empty)
        self.query_one("#map-counts", PlainText).say(self._counts(view))
        self.tick()

    def tick(self) -> None:
        """Show where the tablet stands now; it is painted and forgotten."""
        here = self.services.positions.here()
        self.query_one(MapView).show_here(self.plan.place_of(*here) if here is not None else None)

    def focus_target(self) -> Widget | None:
        """Give the arrow keys to the map."""
        return self.query_one(MapView)

    def enter_press(self) -> str:
        """Open what is chosen."""
        return "map.open"

    async def do_closer(self) -> None:
        """Go closer."""
        self.query_one(MapView).zoom(1)

    async def do_farther(self) -> None:
        """Go farther away."""
        self.query_one(MapView).zoom(-1)

    async def do_whole(self) -> None:
        """Show the whole grid."""
        self.query_one(MapView).see_all()

    async def do_next(self) -> None:
        """Choose the next building in the order of the patrol."""
        if self.plan.shapes:
            place = self._place
            self._choose(0 if place is None else (place + 1) % len(self.plan.shapes))
            self.query_one(MapView).bring_into_sight()

    async def do_open(self) -> None:
        """Open the page of what is chosen."""
        if self._place is not None:
            await self.stage.go("building", self.chosen_building)

    @on(MapView.Touched)
    def _take_touch(self, event: MapView.Touched) -> None:
        """Choose a building; touched again, open it."""
        event.stop()
        building = self.plan.shapes[event.place].row.id if event.place < len(self.plan.shapes) else ""

        async def turn(stage: StagePort) -> None:
            if building == self.chosen_building:
                await stage.go("building", building)
            elif self._place_of(building) is not None:
                self._choose(self._place_of(building) or 0)

        self.stage.take(turn)

    def _choose(self, place: int) -> None:
        self.chosen_building = self.plan.shapes[place].row.id
        self.stage.repaint()

    @property
    def _place(self) -> int | None:
        return self._place_of(self.chosen_building)

    def _place_of(self, building: str) -> int | None:
        return next((place for place, shape in enumerate(self.plan.shapes) if shape.row.id == building), None)

    def _read(self) -> tuple[RoundView, Plan]:
        view = self.services.buildings.round()
        return view, plan_of(view.rows, view.border)

    def _counts(self, view: RoundView) -> str:
        lacking = self.plan.lacking
        if not lacking or not self.plan.shapes:
            return round_counts(view)
        words = ngettext("{count} building not on the map", "{count} buildings not on the map", lacking)
        return f"{round_counts(view)}  {words.format(count=lacking)}"
