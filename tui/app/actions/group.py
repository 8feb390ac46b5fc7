"""What all groups of actions share: a group is an object that the app has, and bindings lead to it by its name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial, wraps
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from textual.binding import BindingType
from textual.worker import Worker

from tui.app.base import EditorBase
from tui.widgets.input_queue import DIALOG

_Group = TypeVar("_Group", bound="ActionGroup")
_Given = ParamSpec("_Given")


class ActionGroup:
    """Some actions on the editor, with the state that is theirs. The action "files.save" is `app.files.action_save`."""

    #: The keys of the actions. The app lists those of all groups among its own.
    BINDINGS: ClassVar[list[BindingType]] = []

    #: Actions that must not happen behind a dialog, though their keys have priority.
    NOT_BEHIND_DIALOGS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, app: EditorBase) -> None:
        self.app = app

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return False for what must not happen now."""
        return action not in self.NOT_BEHIND_DIALOGS or len(self.app.screen_stack) == 1


def worker(
    group: str, *, exclusive: bool = False
) -> Callable[
    [Callable[Concatenate[_Group, _Given], Coroutine[Any, Any, None]]],
    Callable[Concatenate[_Group, _Given], Worker[None]],
]:
    """Let a method of a group run as a worker of the app, as `textual.work` does for a method of a widget."""

    def decorated(
        method: Callable[Concatenate[_Group, _Given], Coroutine[Any, Any, None]],
    ) -> Callable[Concatenate[_Group, _Given], Worker[None]]:
        @wraps(method)
        def begin(self: _Group, /, *given: _Given.args, **named: _Given.kwargs) -> Worker[None]:
            return self.app.run_worker(partial(method, self, *given, **named), group=group, exclusive=exclusive)

        return begin

    return decorated


#: For a method that asks the person something: one question at a time.
dialog = worker(DIALOG, exclusive=True)
