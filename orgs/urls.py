from django.urls import path

from orgs.companies import closing_views, settings_views, views
from orgs.domains import views as domain_views
from orgs.jobs import views as job_views

app_name = "orgs"

urlpatterns = [
    path("companies/", views.company_list, name="company_list"),
    path("companies/new/", views.company_create, name="company_create"),
    path("o/<slug:org>/tracker/settings/activate/", views.tracker_activate, name="tracker_activate"),
    path("o/<slug:org>/tracker/settings/deactivate/", views.tracker_deactivate, name="tracker_deactivate"),
    path("o/<slug:org>/tracker/settings/calendar.ics", views.tracker_calendar, name="tracker_calendar"),
    path("o/<slug:org>/tracker/deletions/", views.deletion_list, name="deletion_list"),
    path("o/<slug:org>/tracker/deletions/<slug:deletion>/", views.deletion, name="deletion"),
    path("o/<slug:org>/people/", views.people, name="people"),
    path("o/<slug:org>/people/<slug:member>/", views.colleague, name="colleague"),
    path("o/<slug:org>/jobs/", job_views.job_list, name="job_list"),
    path("o/<slug:org>/jobs/<slug:job>/", job_views.job, name="job"),
    path("o/<slug:org>/jobs/<slug:job>/progress/", job_views.job_progress, name="job_progress"),
    path("o/<slug:org>/jobs/<slug:job>/cancel/", job_views.job_cancel, name="job_cancel"),
    path("o/<slug:org>/jobs/<slug:job>/download/", job_views.job_download, name="job_download"),
    path("o/<slug:org>/jobs/<slug:job>/file/<str:token>/", job_views.job_file, name="job_file"),
    path("o/<slug:org>/company/", settings_views.company_settings, name="company_settings"),
    path("o/<slug:org>/company/admins/", settings_views.admin_list, name="admin_list"),
    path("o/<slug:org>/company/data/", closing_views.company_data, name="company_data"),
    path("o/<slug:org>/company/data/keep/", closing_views.company_keep, name="company_keep"),
    path("o/<slug:org>/company/domains/", domain_views.domain_list, name="domain_list"),
    path("o/<slug:org>/company/domains/<slug:domain>/", domain_views.domain, name="domain"),
    path("o/<slug:org>/company/domains/<slug:domain>/progress/", domain_views.domain_progress, name="domain_progress"),
    path("o/<slug:org>/company/domains/<slug:domain>/verify/", domain_views.domain_verify, name="domain_verify"),
    path("o/<slug:org>/company/domains/<slug:domain>/primary/", domain_views.domain_primary, name="domain_primary"),
    path("o/<slug:org>/company/domains/<slug:domain>/remove/", domain_views.domain_remove, name="domain_remove"),
]
