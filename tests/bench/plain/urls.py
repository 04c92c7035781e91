from django.contrib.auth.views import LoginView
from django.urls import path

from tests.bench.plain import views

urlpatterns = [
    path("accounts/login/", LoginView.as_view(template_name="plain/form.html"), name="login"),
    path("issues/", views.issue_list, name="issue_list"),
    path("issues/new/", views.issue_create, name="issue_create"),
    path("issues/<str:key>/", views.issue, name="issue"),
]
