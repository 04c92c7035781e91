from django.urls import URLPattern, URLResolver, include, path

from access.accounts import import_views as imports
from access.accounts import views as accounts
from access.activity import views as activity
from access.bulk import views as bulk
from access.invitations import invite_link_views as links
from access.invitations import views as invitations
from access.joining import views as joining
from access.people import person_views as person
from access.people import views as people
from access.requests import views as requests
from access.review import views as levels
from access.seat_limit import views as cap
from access.structure import department_views as departments
from access.structure import team_part_views as team_parts
from access.structure import team_views as teams

app_name = "access"

one_person = [
    path("", people.user, name="user"),
    path("why/", people.user_why, name="user_why"),
    path("role/", person.user_role, name="user_role"),
    path("department/", person.user_department, name="user_department"),
    path("team/", team_parts.user_team, name="user_team"),
    path("block/", person.user_block, name="user_block"),
    path("unblock/", person.user_unblock, name="user_unblock"),
    path("remove/", person.user_remove, name="user_remove"),
    path("transfer/", person.user_transfer, name="user_transfer"),
    path("edit/", accounts.user_edit, name="user_edit"),
    path("password/", accounts.user_password, name="user_password"),
    path("password/link/", person.user_password_link, name="user_password_link"),
]
one_department = [
    path("", departments.department, name="department"),
    path("rename/", departments.department_rename, name="department_rename"),
    path("move/", departments.department_move, name="department_move"),
    path("delete/", departments.department_delete, name="department_delete"),
]
one_team = [
    path("", teams.team, name="team"),
    path("rename/", teams.team_rename, name="team_rename"),
    path("delete/", teams.team_delete, name="team_delete"),
    path("people/", team_parts.team_people, name="team_people"),
    path("people/<slug:member>/remove/", team_parts.team_person_remove, name="team_person_remove"),
    path("people/<slug:member>/lead/", team_parts.team_lead, name="team_lead"),
    path("teams/", team_parts.team_inner, name="team_inner"),
    path("teams/<slug:inner>/remove/", team_parts.team_inner_remove, name="team_inner_remove"),
    path("departments/", team_parts.team_department, name="team_department"),
    path("departments/<slug:department>/remove/", team_parts.team_department_remove, name="team_department_remove"),
]
pages: list[URLPattern | URLResolver] = [
    path("", people.user_list, name="user_list"),
    path("users/new/", accounts.user_create, name="user_create"),
    path("users/new/another/", accounts.user_create_another, name="user_create_another"),
    path("users/new/login/", accounts.user_create_login, name="user_create_login"),
    path("users/<slug:member>/", include(one_person)),
    path("import/", imports.people_import, name="people_import"),
    path("import/check/", imports.people_import_check, name="people_import_check"),
    path("import/bad/", imports.people_import_bad, name="people_import_bad"),
    path("import/start/", imports.people_import_start, name="people_import_start"),
    path("import/<slug:job>/failed/", imports.people_import_failed, name="people_import_failed"),
    path("import/<slug:job>/passwords/", imports.people_import_passwords, name="people_import_passwords"),
    path("export/", people.user_export, name="user_export"),
    path("bulk/cost/", bulk.bulk_cost, name="bulk_cost"),
    path("bulk/level/", bulk.bulk_level, name="bulk_level"),
    path("bulk/block/", bulk.bulk_block, name="bulk_block"),
    path("bulk/remove/", bulk.bulk_remove, name="bulk_remove"),
    path("bulk/department/", bulk.bulk_department, name="bulk_department"),
    path("bulk/team/", bulk.bulk_team, name="bulk_team"),
    path("levels/", levels.levels, name="levels"),
    path("levels/stage/", levels.levels_stage, name="levels_stage"),
    path("levels/save/", levels.levels_save, name="levels_save"),
    path("levels/discard/", levels.levels_discard, name="levels_discard"),
    path("levels/settle/", levels.levels_settle, name="levels_settle"),
    path("levels/<slug:act>/undo/", levels.levels_undo, name="levels_undo"),
    path("requests/", requests.request_list, name="request_list"),
    path("requests/give/", requests.request_give, name="request_give"),
    path("requests/<slug:asked>/decline/", requests.request_decline, name="request_decline"),
    path("seat-limit/", cap.seat_cap, name="seat_cap"),
    path("departments/", departments.department_list, name="department_list"),
    path("departments/new/", departments.department_create, name="department_create"),
    path("departments/<slug:department>/", include(one_department)),
    path("teams/", teams.team_list, name="team_list"),
    path("teams/new/", teams.team_create, name="team_create"),
    path("teams/<slug:team>/", include(one_team)),
    path("invite/", invitations.invite, name="invite"),
    path("invite/check/", invitations.invite_check, name="invite_check"),
    path("invite/each/", invitations.invite_each, name="invite_each"),
    path("invitations/", invitations.invitation_list, name="invitation_list"),
    path("invitations/<slug:invitation>/resend/", invitations.invitation_resend, name="invitation_resend"),
    path("invitations/<slug:invitation>/change/", invitations.invitation_change, name="invitation_change"),
    path("invitations/<slug:invitation>/revoke/", invitations.invitation_revoke, name="invitation_revoke"),
    path("link/", links.link, name="link"),
    path("link/on/", links.link_on, name="link_on"),
    path("link/off/", links.link_off, name="link_off"),
    path("link/replace/", links.link_replace, name="link_replace"),
    path("link/change/", links.link_change, name="link_change"),
]
urlpatterns = [
    path("o/<slug:org>/access/", include(pages)),
    path("o/<slug:org>/request-access/", requests.access_ask, name="access_ask"),
    path("o/<slug:org>/request-access/withdraw/", requests.access_withdraw, name="access_withdraw"),
    path("o/<slug:org>/company/activity/", activity.activity, name="activity"),
    path("o/<slug:org>/company/activity/export/", activity.activity_export, name="activity_export"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("invitation/<str:token>/accept/", joining.invitation_accept, name="invitation_accept"),
    path("invitation/<str:token>/account/", joining.invitation_account, name="invitation_account"),
    path("invitation/<str:token>/domain/", joining.invitation_domain, name="invitation_domain"),
    path("invitation/<str:token>/domain/login/", joining.invitation_login, name="invitation_login"),
    path("invitation/<str:token>/ask/", joining.invitation_ask, name="invitation_ask"),
    path("join/<str:token>/", joining.join, name="join"),
    path("join/<str:token>/accept/", joining.join_accept, name="join_accept"),
    path("join/<str:token>/account/", joining.join_account, name="join_account"),
]
