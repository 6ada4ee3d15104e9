"""Reports in a browser without scripts, over REST and on the command line."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from html import unescape
from smtplib import SMTPException

import openpyxl
import pptx
import pypdf
import pytest
from django.core import mail
from typer.testing import CliRunner

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Role
from enishi.activities.log import Direction, NewActivity, NewObservation, observe, record
from enishi.activities.models import Activity
from enishi.channels.models import Channel
from enishi.jobs.testing import run_task, run_until_idle
from enishi.kernel import clock
from enishi.reports import making, mcp, sending
from enishi.reports.models import Annotation, Export, ReportLetter, Run, SavedView, Schedule
from enishi.site import cli
from enishi.strategy import actions as plan
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 4, 30, 3, tzinfo=UTC)
ENGLISH = {"accept-language": "en"}
APRIL = "first=2026-04-01&last=2026-04-30"


@pytest.fixture(autouse=True)
def now(monkeypatch, settings, tmp_path):
    settings.ENISHI_HOME = tmp_path

    class Moment:
        at = NOW

    monkeypatch.setattr(clock, "now", lambda: Moment.at)
    return Moment


@pytest.fixture
def channel(workspace):
    made = Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="喫茶えにし",
        remote_id="acct:us",
        state="active",
        connected_at=NOW,
    )
    record(
        NewActivity(
            workspace_id=workspace.id,
            type="Like",
            key=f"like-{number}",
            source=str(made.id),
            occurred_at=datetime(2026, 4, 2 + number, 3, tzinfo=UTC),
            channel_id=made.id,
            direction=Direction.INBOUND,
            object_key="post",
        )
        for number in range(20)
    )
    observe(
        NewObservation(
            workspace_id=workspace.id,
            channel_id=made.id,
            subject="",
            metric="followers",
            value=1000 + day,
            observed_at=datetime(2026, 4, day, 2, tzinfo=UTC),
            source=str(made.id),
        )
        for day in (1, 20)
    )
    return made


def text_of(answer):
    return unescape(answer.content.decode())


def test_the_overview_shows_figures_that_open_and_names_what_is_missing(page, base, channel):
    text = text_of(page.get(f"{base}/reports/?{APRIL}", headers=ENGLISH))
    assert re.search(r'data-kpi="likes".*?>20</a>', text, re.DOTALL)
    assert "/strategy/kpi/likes/explain/?first=2026-04-01&last=2026-04-30" in text
    assert "figures were not observed (that is not zero)" in text
    assert 'data-chart="kpi"' in text
    assert "The same as a table" in text


def test_each_preset_is_a_link_and_the_keys_go_a_period_back_and_on(page, base, channel):
    text = text_of(page.get(f"{base}/reports/?period=last-month", headers=ENGLISH))
    assert 'data-hotkey="["' in text
    assert "first=2026-02-01&last=2026-02-28" in text
    assert "03/01/2026 – 03/31/2026 (31 days)" in text


@pytest.mark.parametrize("board", ["operation", "marketing"])
def test_each_function_has_a_dashboard_grouped_as_one_likes(page, base, channel, board):
    text = text_of(page.get(f"{base}/reports/{board}/?{APRIL}&group=mic-2015", headers=ENGLISH))
    assert "The total is the figure without grouping" in text
    assert "White Paper on Information and Communications 2015 (2015-07-28)" in text


@pytest.mark.requirement("R004")
@pytest.mark.parametrize(
    ("media", "own", "foreign"),
    [("transmission", "reshares", "answers"), ("knowledge", "answers", "reshares")],
)
def test_a_class_of_media_brings_the_columns_that_matter_for_it(
    page, base, channel, rest, media, own, foreign
):
    channel.taxonomy = {"classes": {"function-4": media}}
    channel.save(update_fields=["taxonomy"])
    found = rest("get", f"/board?{APRIL}&group=function-4").json()["groups"]
    assert own in found["columns"]
    assert foreign not in found["columns"]
    usual = rest("get", f"/board?{APRIL}&group=mic-2015").json()["groups"]
    assert own not in usual["columns"]
    at = found["columns"].index("likes")
    assert found["total"][at] == usual["total"][usual["columns"].index("likes")] == 20


@pytest.mark.requirement("R012")
def test_a_total_of_sns_names_the_scheme_that_it_used(page, base, channel):
    query = f"{APRIL}&level=sns&scheme=usage-2024"
    text = text_of(page.get(f"{base}/reports/?{query}", headers=ENGLISH))
    assert "Everyday usage, 2024" in text


def test_a_section_shows_the_figures_that_one_chose(page, base, channel, client_of, make_actor):
    choose = f"{base}/reports/choose/operation/some/"
    assert 'value="posts" checked' in text_of(page.get(choose, headers=ENGLISH))
    chosen = page.post(choose, {"kpi": ["response_rate", "likes"]})
    assert chosen["Location"] == f"{base}/reports/operation/"
    section = text_of(page.get(f"{base}/reports/operation/?{APRIL}", headers=ENGLISH))
    assert 'data-kpi="response_rate"' in section
    assert 'data-kpi="reach"' not in section
    other = text_of(page.get(f"{base}/reports/marketing/?{APRIL}", headers=ENGLISH))
    assert 'data-kpi="reach"' in other
    assert "Choose 1 to 24 figures." in text_of(page.post(choose, {}, headers=ENGLISH))
    page.post(choose, {"usual": "1"})
    again = text_of(page.get(f"{base}/reports/operation/?{APRIL}", headers=ENGLISH))
    assert 'data-kpi="reach"' in again
    reader = client_of(make_actor(Role.AUDITOR))
    assert reader.post(choose, {"kpi": ["likes"]}).status_code == 403
    assert page.get(f"{base}/reports/choose/objective/some/").status_code == 404


def test_several_channels_are_compared_in_one_chart(page, base, channel, rest):
    Channel.objects.create(
        workspace=channel.workspace,
        adapter="sandbox",
        name="Second",
        remote_id="acct:second",
        state="active",
        connected_at=NOW,
    )
    text = text_of(page.get(f"{base}/reports/?{APRIL}&group=channel&chart=likes", headers=ENGLISH))
    assert re.search(r'<option value="likes" selected>', text)
    found = rest("get", f"/board?{APRIL}&group=channel&chart=likes").json()["groups"]["chart"]
    assert found["key"] == "likes"
    sums = {
        line["name"]: sum(step["value"] or 0 for step in line["steps"]) for line in found["lines"]
    }
    assert sums == {"喫茶えにし": 20, "Second": 0}
    assert len(found["lines"][0]["steps"]) == 30


@pytest.mark.parametrize(("language", "words"), [("ja", "1枚でわかる戦略"), ("en", "on one page")])
def test_the_strategy_is_one_page_of_pdf(page, base, owner, rest, language, words):
    def add(level, title, above=None, **facets):
        return plan.create_node(
            owner, level=level, details=Details(title), parent_id=above, facets=facets
        ).id

    goal = add(Level.GOAL, "町いちばんの店")
    for number in range(12):
        above = add(Level.STRATEGY, f"戦略 {number}", goal, why="名前で選ばれたい" * 4)
        add(Level.OBJECTIVE, f"目標 {number}", above)
    sent = page.post(f"{base}/reports/exports/?board=plan", {"format": "pdf", "language": language})
    run_until_idle()
    answer = page.get(f"{sent['Location']}file/")
    book = pypdf.PdfReader(io.BytesIO(b"".join(answer.streaming_content)))
    assert len(book.pages) == 1
    text = book.pages[0].extract_text()
    assert "町いちばんの店" in text
    assert "目標 11" in text
    assert words in text
    refused = {"format": "csv", "language": "en", "asked": {"board": "plan"}}
    assert rest("post", "/exports", refused).status_code == 400
    assert page.get(f"{base}/reports/plan/").status_code == 404


def test_there_is_no_dashboard_of_what_there_is_not(page, base, channel, client_of, stranger):
    assert page.get(f"{base}/reports/nonsense/").status_code == 404
    assert page.get(f"{base}/reports/?first=yesterday").status_code == 400
    other = client_of(stranger)
    assert other.get(f"{base}/reports/channel/{channel.id}/").status_code == 404


def test_an_annotation_stands_in_the_charts_and_can_be_brought_back(page, base, channel):
    page.post(f"{base}/reports/annotations/", {"day": "2026-04-10", "text": "テレビで紹介"})
    made = Annotation.objects.get()
    text = text_of(page.get(f"{base}/reports/?{APRIL}"))
    assert "テレビで紹介" in text
    marks = json.loads(re.search(r'"marks": (\[.*?\])', text)[1])
    assert marks == [{"x": "2026-04-10", "name": "1", "text": "テレビで紹介"}]
    page.post(f"{base}/reports/annotations/{made.id}/", {"day": "2026-04-11", "text": "新商品"})
    answer = page.post(f"{base}/reports/annotations/{made.id}/delete/", follow=True)
    assert f"/reports/annotations/{made.id}/restore/" in text_of(answer)
    assert "新商品" not in text_of(page.get(f"{base}/reports/?{APRIL}"))
    page.post(f"{base}/reports/annotations/{made.id}/restore/")
    assert "新商品" in text_of(page.get(f"{base}/reports/?{APRIL}"))
    told = Activity.objects.filter(object_type="enishi:Annotation").values_list("type", flat=True)
    assert sorted(told) == ["Create", "Delete", "Undo", "Update"]


def test_whoever_may_only_read_annotates_nothing(make_actor, client_of, base, channel):
    reader = client_of(make_actor(Role.AUDITOR))
    given = {"day": "2026-04-10", "text": "x"}
    assert reader.get(f"{base}/reports/").status_code == 200
    assert "form" in reader.post(f"{base}/reports/annotations/", given).context
    assert not Annotation.objects.exists()
    assert reader.get(f"{base}/reports/schedules/new/").status_code == 403


def test_a_view_is_saved_shared_opened_first_and_private_to_its_owner(
    page, base, channel, make_actor, client_of
):
    page.post(f"{base}/reports/views/?board=operation&{APRIL}&group=channel", {"name": "四月"})
    view = SavedView.objects.get()
    opened = page.get(f"{base}/reports/views/{view.id}/open/")
    assert opened.url.startswith(f"{base}/reports/operation/?")
    assert "group=channel" in opened.url
    page.post(f"{base}/reports/views/{view.id}/default/")
    assert page.get(f"{base}/reports/").url == opened.url
    other = client_of(make_actor(Role.ANALYST))
    assert other.get(f"{base}/reports/views/{view.id}/open/").status_code == 404
    page.post(f"{base}/reports/views/{view.id}/", {"name": "四月", "is_shared": "on"})
    assert other.get(f"{base}/reports/views/{view.id}/open/").status_code == 302
    twice = page.post(f"{base}/reports/views/?board=boss", {"name": "四月"}, headers=ENGLISH)
    assert "You already have a view of this name." in text_of(twice)


# --- exports -------------------------------------------------------------------------------


def exported(page, base, kind, language):
    data = {"format": kind, "language": language}
    answer = page.post(f"{base}/reports/exports/?board=boss&{APRIL}&group=channel", data)
    run_task("reports.export", {"export": answer.url.rstrip("/").rpartition("/")[2]})
    shown = text_of(page.get(answer.url, headers=ENGLISH))
    assert "Download" in shown
    file = page.get(f"{answer.url}file/")
    assert file["Content-Disposition"].startswith("attachment")
    return b"".join(file.streaming_content)


@pytest.fixture
def remarked(page, base, channel):
    page.post(f"{base}/reports/annotations/", {"day": "2026-04-10", "text": "テレビで紹介"})


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ja", ["未観測", "フォロワー数", "タイムゾーン", "指標の定義", "テレビで紹介"]),
        ("en", ["Not observed", "Followers", "Time zone", "Definitions", "テレビで紹介"]),
    ],
)
def test_a_pdf_can_be_handed_over_in_both_languages(page, base, remarked, language, words):
    reader = pypdf.PdfReader(io.BytesIO(exported(page, base, "pdf", language)))
    text = "\n".join(one.extract_text() for one in reader.pages)
    for word in [*words, "Asia/Tokyo", "20"]:
        assert word in text, word
    fonts = {str(font) for one in reader.pages for font in one["/Resources"]["/Font"].values()}
    assert fonts


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_excel_file_has_numbers_with_formats_and_definitions(page, base, remarked, language):
    book = openpyxl.load_workbook(io.BytesIO(exported(page, base, "xlsx", language)))
    assert len(book.sheetnames) == 4
    summary = book.worksheets[0]
    cells = {cell.value: cell for row in summary.iter_rows() for cell in row if cell.value}
    assert "Asia/Tokyo" in cells
    likes = cells["いいね" if language == "ja" else "Likes"]
    value = summary.cell(likes.row, 2)
    assert (value.value, value.number_format) == (20, "#,##0")
    assert len(book.worksheets[1]._charts) == 1
    definitions = [row[1].value for row in book.worksheets[-1].iter_rows(min_row=4)]
    assert {"followers", "likes", "purchases"} <= set(definitions)


def test_a_presentation_has_native_charts_and_definitions_in_its_notes(page, base, remarked):
    deck = pptx.Presentation(io.BytesIO(exported(page, base, "pptx", "ja")))
    charts = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    (chart,) = charts
    values = list(chart.plots[0].series[0].values)
    assert len(values) == 30
    assert values[0] in {None, 0}
    assert sum(value or 0 for value in values) == 20
    notes = "\n".join(
        slide.notes_slide.notes_text_frame.text for slide in deck.slides if slide.has_notes_slide
    )
    assert "(likes)" in notes
    tables = [shape.table for slide in deck.slides for shape in slide.shapes if shape.has_table]
    texts = {cell.text for table in tables for row in table.rows for cell in row.cells}
    assert {"1,020", "未観測"} <= texts


def test_a_csv_file_tells_not_observed_from_zero_and_holds_no_formula(page, base, channel):
    page.post(f"{base}/reports/annotations/", {"day": "2026-04-10", "text": "=1+1"})
    content = exported(page, base, "csv", "en").decode("utf-8-sig")
    assert "Likes,likes,20.0" in content
    assert "Asia/Tokyo" in content
    assert "'=1+1" in content
    assert ",0.0\r\n" not in content.partition("Purchases")[2].partition("\r\n")[0]


def test_a_file_is_deleted_when_its_time_is_over(page, base, channel, now):
    exported(page, base, "csv", "en")
    export = Export.objects.get()
    assert export.path.is_file()
    now.at = datetime(2026, 5, 8, 3, tzinfo=UTC)
    assert making.expire(now.at) == 1
    assert not export.path.exists()
    answer = page.get(f"{base}/reports/exports/{export.id}/file/")
    assert answer.status_code == 409


def test_no_stranger_gets_a_file(page, base, channel, stranger, client_of):
    exported(page, base, "csv", "en")
    export = Export.objects.get()
    assert client_of(stranger).get(f"{base}/reports/exports/{export.id}/file/").status_code == 404


def test_the_program_exports_too(owner, workspace, channel, tmp_path):
    out = tmp_path / "report.csv"
    words = ["--workspace", workspace.slug, "--json", "reports", "export", "boss"]
    found = CliRunner().invoke(cli.build(), [*words, "--format", "csv", "--out", str(out)])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["file"] == str(out)
    assert "Asia/Tokyo" in out.read_text(encoding="utf-8-sig")


# --- by e-mail -----------------------------------------------------------------------------


@pytest.fixture
def schedule(page, base, channel):
    data = {
        "name": "週次",
        "recipients": "boss@example.test\nclient@example.test",
        "every": "week",
        "weekday": "4",
        "month_day": "1",
        "wall_time": "09:00",
        "time_zone": "Asia/Tokyo",
        "language": "ja",
        "formats": ["csv"],
        "note": "今週もよろしくお願いします。",
    }
    answer = page.post(f"{base}/reports/schedules/new/?board=boss&period=last-month", data)
    assert answer.status_code == 302, text_of(answer)
    return Schedule.objects.get()


def test_a_report_goes_out_once_each_period_to_everybody(page, base, schedule, now):
    now.at = datetime(2026, 5, 1, 0, 1, tzinfo=UTC)
    assert sending.begin_due(now.at) == 1
    assert sending.begin_due(now.at) == 0
    run_until_idle()
    sending.prepare(Run.objects.get().id)
    run_until_idle()
    assert sorted(one.to[0] for one in mail.outbox) == ["boss@example.test", "client@example.test"]
    letter = mail.outbox[0]
    assert "今週もよろしくお願いします。" in letter.body
    assert "2026/04/01" in letter.body
    assert len(letter.attachments) == 1
    japanese = {"accept-language": "ja"}
    shown = page.get(f"{base}/reports/schedules/{schedule.id}/", headers=japanese)
    assert "送信済み" in text_of(shown)
    now.at = datetime(2026, 5, 8, 0, 1, tzinfo=UTC)
    assert sending.begin_due(now.at) == 1


def test_what_was_missed_is_not_sent_several_times(schedule, now):
    now.at = datetime(2026, 6, 1, tzinfo=UTC)
    assert sending.begin_due(now.at) == 1
    assert Run.objects.count() == 1
    schedule.refresh_from_db()
    assert schedule.next_due_at > now.at


def test_a_paused_report_sends_nothing_and_makes_up_for_nothing(page, base, schedule, now):
    page.post(f"{base}/reports/schedules/{schedule.id}/pause/")
    now.at = datetime(2026, 5, 3, tzinfo=UTC)
    assert sending.begin_due(now.at) == 0
    page.post(f"{base}/reports/schedules/{schedule.id}/resume/")
    assert sending.begin_due(now.at) == 0


def test_a_test_goes_to_oneself_and_counts_as_no_period(page, base, schedule, owner):
    page.post(f"{base}/reports/schedules/{schedule.id}/test/")
    run_until_idle()
    (letter,) = mail.outbox
    assert letter.to[0].startswith("olga-")
    assert letter.subject.startswith("【テスト】")
    assert Run.objects.get().is_test


def test_failing_mail_is_tried_again_then_shown_and_sent_by_hand(
    page, base, schedule, now, monkeypatch
):
    def refuse(*_arguments, **_more):
        raise SMTPException("mailbox is on fire")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    now.at = datetime(2026, 5, 1, 0, 1, tzinfo=UTC)
    sending.begin_due(now.at)
    sending.prepare(Run.objects.get().id)
    letter = ReportLetter.objects.first()
    for _attempt in range(sending.ATTEMPTS - 1):
        with pytest.raises(SMTPException):
            sending.send(letter.id)
    sending.send(letter.id)
    text = text_of(page.get(f"{base}/reports/schedules/{schedule.id}/"))
    assert "mailbox is on fire" in text
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: now.at)
    page.post(f"{base}/reports/letters/{letter.id}/again/")
    sending.prepare(letter.run_id)
    sending.send(letter.id)
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert len(mail.outbox) == 1


def test_bad_addresses_and_empty_choices_are_refused_in_words(page, base, channel):
    data = {
        "name": "x",
        "recipients": "not an address",
        "every": "week",
        "weekday": "0",
        "month_day": "1",
        "wall_time": "09:00",
        "time_zone": "Asia/Tokyo",
        "language": "ja",
        "formats": ["pdf"],
    }
    answer = page.post(f"{base}/reports/schedules/new/?board=boss", data, headers=ENGLISH)
    assert answer.status_code == 422
    assert "“not an address” is not an e-mail address." in text_of(answer)
    assert not Schedule.objects.exists()


# --- programs ------------------------------------------------------------------------------


@pytest.fixture
def rest(client, owner):
    scopes = ["strategy.view", "reports.edit", "workspace.view"]
    secret = accounts.create_token(owner, name="test", scopes=scopes).secret

    def call(method, path, body=None):
        return getattr(client, method)(
            f"/api/v1/reports{path}",
            data=json.dumps(body) if body is not None else None,
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}", "accept-language": "en"},
        )

    return call


def test_rest_gives_null_for_what_was_not_observed(client, owner, channel):
    secret = accounts.create_token(
        owner, name="read", scopes=["strategy.view", "workspace.view"]
    ).secret
    headers = {"authorization": f"Bearer {secret}"}
    found = client.get(f"/api/v1/reports/board?board=boss&{APRIL}", headers=headers).json()
    (section,) = found["sections"]
    figures = {one["key"]: one for one in section["figures"]}
    assert figures["likes"]["value"] == 20
    assert figures["followers"]["filled"] == "1,020"
    assert section["not_observed"] == ["reach", "purchases"]
    refused = client.post(
        "/api/v1/reports/annotations",
        data=json.dumps({"day": "2026-04-01", "text": "x"}),
        content_type="application/json",
        headers=headers,
    )
    assert refused.status_code == 403


def test_rest_annotates_exports_and_schedules_like_the_pages(rest, channel):
    made = rest("post", "/annotations", {"day": "2026-04-03", "text": "TV show"}).json()
    assert rest("get", "/annotations").json()[0]["text"] == "TV show"
    assert rest("delete", f"/annotations/{made['id']}").status_code == 204
    assert rest("post", f"/annotations/{made['id']}/restore").json()["day"] == "2026-04-03"
    asked = {"board": "operation", "group": "channel"}
    export = rest("post", "/exports", {"format": "csv", "asked": asked})
    assert (export.status_code, export.json()["state"]) == (202, "waiting")
    plan = {
        "name": "weekly",
        "recipients": ["client@example.test"],
        "time_zone": "Europe/Berlin",
        "formats": ["pdf", "xlsx"],
        "asked": asked,
    }
    schedule = rest("post", "/schedules", plan).json()
    assert schedule["when"] == "Every Monday at 09:00"
    assert schedule["next_due_at"] == "2026-05-04T07:00:00+00:00"
    paused = rest("post", f"/schedules/{schedule['id']}/pause").json()
    assert paused["paused_at"]
    bad = rest("post", "/schedules", plan | {"time_zone": "Moon/Base"})
    assert bad.status_code == 400


def test_an_assistant_reads_and_annotates(owner, channel):
    tools = {}

    class Toolbox:
        def tool(self):
            return lambda function: tools.setdefault(function.__name__, function)

    mcp.register(Toolbox(), lambda: owner)
    tools["annotate"](day=datetime(2026, 4, 10, tzinfo=UTC).date(), text="TV show")
    found = tools["dashboard"](first=None, last=None)
    assert found["annotations"][0]["text"] == "TV show"
    assert tools["export_report"]()["state"] == "waiting"
