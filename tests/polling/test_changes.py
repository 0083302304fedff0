"""What is new, edited or gone in a source's document, reading after reading."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agents.dedup.config import DedupConfig
from agents.dedup.data import load_data
from agents.dedup.judge import judge
from agents.dedup.state import DedupState
from agents.polling.changes import Changes, find_changes
from agents.sources.web.document import Posts
from agents.sources.web.item import Form, Item
from agents.sources.web.posts import posts_of
from schemas.poll_state import PollState

START = datetime(2026, 5, 4, 8, tzinfo=UTC)


def item(number: int, moved: str) -> Item:
    return Item(
        str(number), None, None, f"Gauge {number} {moved}", published_at=START + timedelta(minutes=number)
    )


def document(
    *numbers: int, form: Form = "live_blog", whole: bool = True, edited: Sequence[int] = ()
) -> Posts:
    items = [item(number, "fell" if number in edited else "rose") for number in numbers]
    posts, _ = posts_of(items, "tidewater", "default", START)
    return Posts(form, posts, whole)


class Blog:
    """A source that is read again and again."""

    def __init__(self) -> None:
        self.state: PollState | None = None
        self.reads = 0

    def read(self, found: Posts) -> Changes:
        self.reads += 1
        changes = find_changes(self.state, found, "tidewater", "default", START + timedelta(hours=self.reads))
        self.state = PollState(source="tidewater", url="u", interval=60.0, posts=list(changes.seen))
        return changes


def said(changes: Changes) -> list[tuple[str | None, int, str]]:
    return [(post.native_id, post.revision, post.body) for post in changes.publish]


def test_every_post_is_published_once() -> None:
    blog = Blog()
    assert said(blog.read(document(2, 1))) == [("1", 0, "Gauge 1 rose"), ("2", 0, "Gauge 2 rose")]
    assert said(blog.read(document(2, 1))) == []
    assert said(blog.read(document(1, 2))) == []
    assert said(blog.read(document(3, 2, 1))) == [("3", 0, "Gauge 3 rose")]


def test_each_edit_raises_the_revision_also_when_the_first_text_comes_back() -> None:
    blog = Blog()
    blog.read(document(2, 1))
    assert said(blog.read(document(2, 1, edited=[1]))) == [("1", 1, "Gauge 1 fell")]
    assert said(blog.read(document(2, 1))) == [("1", 2, "Gauge 1 rose")]


def test_a_post_that_is_gone_is_retracted_after_two_readings_and_once() -> None:
    blog = Blog()
    blog.read(document(3, 2, 1))
    assert said(blog.read(document(3, 1))) == []
    gone = blog.read(document(3, 1))
    assert (gone.gone, [post.revision for post in gone.publish]) == (1, [1])
    assert said(blog.read(document(3, 1))) == []


def test_a_post_that_comes_back_is_published_again_as_an_edit() -> None:
    blog = Blog()
    for numbers in ((3, 2, 1), (3, 1), (3, 1)):
        blog.read(document(*numbers))
    assert said(blog.read(document(3, 2, 1))) == [("2", 2, "Gauge 2 rose")]


def test_a_post_that_was_missing_once_is_not_counted_when_it_is_missing_again_later() -> None:
    blog = Blog()
    for numbers in ((3, 2, 1), (3, 1), (3, 2, 1), (3, 1)):
        assert blog.read(document(*numbers)).gone == 0


def test_no_post_is_retracted_by_a_page_that_may_be_broken_or_shortened() -> None:
    cases = {
        "oldest posts drop off the page": document(5, 4, 3),
        "the page was not read to its end": document(5, 4, 1, whole=False),
        "most posts are missing": document(5, 1),
        "the page is empty": document(),
        "a feed drops posts": document(5, 4, 3, 1, form="feed"),
    }
    for case, later in cases.items():
        blog = Blog()
        blog.read(document(5, 4, 3, 2, 1))
        assert [blog.read(later).gone for _ in range(3)] == [0, 0, 0], case


def test_dedup_takes_the_notice_for_a_retraction_of_the_post() -> None:
    blog, lane = Blog(), DedupState(DedupConfig(), load_data())
    readings = [blog.read(document(*numbers)) for numbers in ((3, 2, 1), (3, 1), (3, 1))]
    judged = [judge(lane, post) for changes in readings for post in changes.publish]
    assert judged[-1].relation == "retraction"
    assert judged[-1].story_id == judged[1].story_id
    assert judged[-1].related_to == judged[1].post_id == judged[-1].post_id


@given(
    readings=st.lists(
        st.tuples(st.sets(st.integers(1, 8)), st.sets(st.integers(1, 8)), st.booleans()), max_size=12
    )
)
def test_revisions_of_a_post_have_no_gaps_and_no_repeats(
    readings: list[tuple[set[int], set[int], bool]],
) -> None:
    blog = Blog()
    last: dict[str, int] = {}
    for numbers, edited, whole in readings:
        for post in blog.read(document(*sorted(numbers), whole=whole, edited=sorted(edited))).publish:
            assert post.revision == last.get(post.post_id, -1) + 1
            last[post.post_id] = post.revision
