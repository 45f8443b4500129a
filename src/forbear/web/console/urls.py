"""The addresses of the staff console."""

from __future__ import annotations

from django.urls import URLPattern, path

from forbear.web.console import (
    acts,
    book,
    calls,
    case,
    evidence,
    find,
    loan,
    people,
    records,
    returns,
    texts,
    users,
    worklist,
)

app_name = "console"
urlpatterns: list[URLPattern] = [
    path("worklist/", worklist.worklist, name="worklist"),
    path("find/", find.find, name="find"),
    path("cases/<str:loan_id>/", case.case, name="case"),
    path("cases/<str:loan_id>/call/", calls.call, name="call"),
    path("cases/<str:loan_id>/message/", texts.text, name="text"),
    path("cases/<str:loan_id>/wish/", records.wish, name="wish"),
    path("cases/<str:loan_id>/hold/", records.hold, name="hold"),
    path("contacts/<str:contact_id>/", calls.contact, name="contact"),
    path("holds/<str:hold_id>/end/", records.release, name="release"),
    path("people/<str:party_id>/", people.person, name="person"),
    path("people/<str:party_id>/points/", people.point_new, name="point_new"),
    path("people/<str:party_id>/states/", people.state_new, name="state_new"),
    path("points/<str:point_id>/end/", people.point_close, name="point_close"),
    path("states/<str:state_id>/end/", people.state_close, name="state_close"),
    path("wishes/<str:preference_id>/end/", people.wish_close, name="wish_close"),
    path("consents/<str:preference_id>/end/", people.consent_close, name="consent_close"),
    path("book/", book.book, name="book"),
    path("book/<str:band>/", book.bucket, name="bucket"),
    path("loans/<str:loan_id>/", loan.loan, name="loan"),
    path("loans/<str:loan_id>/entries/<str:event_id>/", loan.entry, name="entry"),
    path(
        "loans/<str:loan_id>/payments/<str:event_id>/return/", returns.payment_return, name="payment_return"
    ),
    path("acts/", acts.acts, name="acts"),
    path("acts/<str:verdict_id>/", acts.verdict, name="verdict"),
    path("evidence/", evidence.evidence, name="evidence"),
    path("evidence/verify/", evidence.verify, name="verify"),
    path("accounts/", users.users, name="users"),
    path("accounts/<int:user_id>/", users.user_change, name="user_change"),
    path("accounts/<int:user_id>/password/", users.password_reset, name="password_reset"),
    path("tokens/", users.tokens, name="tokens"),
    path("tokens/<str:token_id>/end/", users.token_end, name="token_end"),
]
