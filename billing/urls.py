from django.urls import path

from billing import document_views, views

app_name = "billing"

urlpatterns = [
    path("o/<slug:org>/billing/", views.detailed, name="detailed"),
    path("o/<slug:org>/billing/day/", views.day, name="day"),
    path("o/<slug:org>/billing/documents/", document_views.documents, name="documents"),
    path("o/<slug:org>/billing/documents/<str:document>/", document_views.document, name="document"),
    path("o/<slug:org>/billing/documents/<str:document>/pdf/", document_views.document_pdf, name="document_pdf"),
    path("o/<slug:org>/billing/statement/", document_views.statement, name="statement"),
]
