"""Every URL of the product. Each view carries a mark; see `users/permissions.py`."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path, re_path

from billing.top_ups import payment_views
from tracker_portal import health
from tracker_portal.accounts import settings_views as me
from tracker_portal.company import security_views as company_security
from tracker_portal.company import views as company
from tracker_portal.search import views as search
from tracker_portal.web import mail_views as mails
from tracker_portal.web import operator_site, views
from users.login.limits import token_page

handler400 = "tracker_portal.web.views.bad_request"
handler403 = "tracker_portal.web.views.forbidden"
handler404 = "tracker_portal.web.views.not_found"
handler429 = "tracker_portal.web.views.too_many_requests"  # allauth's own
handler500 = "tracker_portal.web.views.server_error"

# Pages of the company that show facts of every layer.
company_patterns = [
    path("o/<slug:org>/", company.company, name="company"),
    path("o/<slug:org>/first-steps/dismiss/", company.first_steps_dismiss, name="first_steps_dismiss"),
    path("o/<slug:org>/search/", search.search, name="search"),
    path("o/<slug:org>/tracker/settings/", company.tracker_settings, name="tracker_settings"),
    path("o/<slug:org>/company/security/", company_security.company_security, name="company_security"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("operator/", operator_site.site.urls),
    path("", views.home, name="home"),
    path("start/", views.start, name="account_signup"),
    path("suggest/address/", views.suggestion, {"kind": "address"}, name="suggest_address"),
    path("suggest/login/", views.suggestion, {"kind": "login"}, name="suggest_login"),
    path("suggest/key/", views.suggestion, {"kind": "key"}, name="suggest_key"),
    path("appearance/", views.appearance, name="appearance"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("login/", account.login, name="account_login"),
    path("login/code/", mfa.authenticate, name="mfa_authenticate"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/inactive/", account.account_inactive, name="account_inactive"),
    path("login/again/", account.reauthenticate, name="account_reauthenticate"),
    path("login/again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("login/again/passkey/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("login/forgot/", account.password_reset, name="account_reset_password"),
    path("login/forgot/sent/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^login/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        token_page(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("login/reset/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("logout/", account.logout, name="account_logout"),
    path("confirm/", account.email_verification_sent, name="account_email_verification_sent"),
    path("me/email/", account.email, name="account_email"),
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/password/set/", account.password_set, name="account_set_password"),
    path("me/", me.profile, name="profile"),
    path("me/password/choose/", me.password_choose, name="password_choose"),
    path("me/security/", me.security, name="mfa_index"),
    path("me/security/return/", me.security_return, name="security_return"),
    path("me/security/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("me/security/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("me/security/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("me/security/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("me/security/codes/file/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("me/security/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("me/security/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("me/security/passkeys/<int:pk>/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("me/security/passkeys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("me/sessions/", me.session_list, name="session_list"),
    path("me/sessions/end/", me.session_end, name="session_end"),
    path("me/sessions/end-others/", me.session_end_others, name="session_end_others"),
    path("", include("orgs.urls")),
    path("", include((company_patterns, "tracker_portal"))),
    path("", include("access.urls")),
    path("", include("billing.urls")),
    path("", include("issues.urls")),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("dev/mails/", mails.mail_list, name="mail_list"),
        path("dev/mails/<int:mail_id>/", mails.mail_page, name="mail_page"),
        path("dev/mails/<int:mail_id>/html/", mails.mail_html, name="mail_html"),
        path("dev/payments/<slug:payment>/", payment_views.test_payment, name="test_payment"),
        path(
            "dev/payments/<slug:payment>/pay/", payment_views.test_payment_act, {"act": "pay"}, name="test_payment_pay"
        ),
        path(
            "dev/payments/<slug:payment>/fail/",
            payment_views.test_payment_act,
            {"act": "fail"},
            name="test_payment_fail",
        ),
    ]
