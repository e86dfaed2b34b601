import json

import pytest

from CMRSegmentationWeb import events as module
from CMRSegmentationWeb.events import MAXIMUM_STREAMS, Events
from CMRSegmentationWeb.jobs import Step
from CMRSegmentationWeb.refusals import RefusedError


def stays():
    return False


class TestEvents:
    def test_the_list_comes_at_once_and_with_every_change(self, store):
        job = store.create("one")
        stream = Events(store, "the key").stream(stays)
        assert next(stream).splitlines()[1:] == ["event: key", "data: the key", ""]
        first = next(stream)
        store.step(job.id, Step("infer", 3, 6))
        second = next(stream)
        stream.close()
        assert json.loads(first.removeprefix("data: "))[0]["state"] == "receiving"
        assert json.loads(second.removeprefix("data: "))[0]["step"] == {
            "stage": "infer",
            "done": 3,
            "total": 6,
        }

    def test_it_ends_by_itself(self, store, monkeypatch):
        monkeypatch.setattr(module, "STREAM_SECONDS", 0.1)
        assert len(list(Events(store, "the key").stream(stays))) == 2

    def test_it_ends_when_its_page_is_closed(self, store):
        closed = iter([False, True])
        stream = Events(store, "the key").stream(lambda: next(closed))
        assert len(list(stream)) == 2

    def test_a_ninth_page_is_refused_until_one_is_closed(self, store):
        events = Events(store, "the key")
        streams = [events.stream(stays) for _ in range(MAXIMUM_STREAMS)]
        for stream in streams:
            next(stream)
        with pytest.raises(RefusedError, match="close one"):
            events.stream(stays)
        streams[0].close()
        next(events.stream(stays))
