from django.urls import path

from issues.archive import views as archives
from issues.issue_page import act_views as acts
from issues.issue_page import views as issues
from issues.listing import views as lists
from issues.queues import views as queues

app_name = "issues"

urlpatterns = [
    path("o/<slug:org>/issues/", lists.issue_list, name="issue_list"),
    path("o/<slug:org>/issues/export/", lists.issue_list_export, name="issue_list_export"),
    path("o/<slug:org>/issues/new/", issues.issue_create, name="issue_create"),
    path("o/<slug:org>/issues/<slug:key>/", issues.issue, name="issue"),
    path("o/<slug:org>/issues/<slug:key>/edit/", issues.issue_edit, name="issue_edit"),
    path("o/<slug:org>/issues/<slug:key>/status/", acts.issue_status, name="issue_status"),
    path("o/<slug:org>/issues/<slug:key>/assign-me/", acts.issue_assign_me, name="issue_assign_me"),
    path("o/<slug:org>/issues/<slug:key>/comments/", acts.comment_add, name="comment_add"),
    path("o/<slug:org>/issues/<slug:key>/subscribe/", acts.issue_subscribe, name="issue_subscribe"),
    path("o/<slug:org>/issues/<slug:key>/unsubscribe/", acts.issue_unsubscribe, name="issue_unsubscribe"),
    path("o/<slug:org>/queues/", queues.queue_list, name="queue_list"),
    path("o/<slug:org>/queues/new/", queues.queue_create, name="queue_create"),
    path("o/<slug:org>/queues/<slug:key>/", queues.queue, name="queue"),
    path("o/<slug:org>/queues/<slug:key>/settings/", queues.queue_edit, name="queue_edit"),
    path("o/<slug:org>/tracker/export/", archives.tracker_export, name="tracker_export"),
    path("o/<slug:org>/tracker/import/", archives.tracker_import, name="tracker_import"),
]
