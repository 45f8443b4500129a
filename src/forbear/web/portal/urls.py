"""The addresses of the portal."""

from __future__ import annotations

from django.urls import URLPattern, path

from forbear.web.portal import contacts, objection, owe, payment, signin, wishes

app_name = "portal"
urlpatterns: list[URLPattern] = [
    path("<slug:lender>/sign-in/", signin.phone, name="signin"),
    path("<slug:lender>/sign-in/code/", signin.code, name="signin-code"),
    path("<slug:lender>/sign-in/birth-date/", signin.birth_date, name="signin-birth-date"),
    path("<slug:lender>/sign-out/", signin.sign_out, name="sign-out"),
    path("<slug:lender>/", owe.home, name="home"),
    path("<slug:lender>/help/", owe.help_page, name="help"),
    path("<slug:lender>/loans/<str:loan_id>/", owe.loan, name="loan"),
    path("<slug:lender>/loans/<str:loan_id>/objection/", objection.objection, name="objection"),
    path("<slug:lender>/loans/<str:loan_id>/hardship/", objection.hardship, name="hardship"),
    path("<slug:lender>/holds/<str:hold_id>/", objection.hold, name="hold"),
    path("<slug:lender>/loans/<str:loan_id>/pay/", payment.amount, name="pay"),
    path("<slug:lender>/pay/", payment.check, name="pay-check"),
    path("<slug:lender>/payments/<str:event_id>/", payment.receipt, name="receipt"),
    path("<slug:lender>/contacts/", contacts.contacts, name="contacts"),
    path("<slug:lender>/wishes/", wishes.wishes, name="wishes"),
    path("<slug:lender>/wishes/stop/", wishes.stop, name="stop"),
    path("<slug:lender>/wishes/hours/", wishes.hours, name="hours"),
    path("<slug:lender>/wishes/night/", wishes.night, name="night"),
    path("<slug:lender>/wishes/<str:preference_id>/end/", wishes.end, name="end-wish"),
]
