from django.urls import path

from billing.documents import views as document_views
from billing.payment_details import views as payer_views
from billing.top_ups import payment_views
from billing.top_ups import views as top_up_views
from billing.usage import views

app_name = "billing"

urlpatterns = [
    path("pricing/", views.pricing, name="pricing"),
    path("o/<slug:org>/billing/", views.detailed, name="detailed"),
    path("o/<slug:org>/billing/day/", views.day, name="day"),
    path("o/<slug:org>/billing/payer/", payer_views.payer, name="payer"),
    path("o/<slug:org>/billing/top-up/", top_up_views.top_up, name="top_up"),
    path("o/<slug:org>/billing/top-up/<slug:top_up>/", top_up_views.top_up_result, name="top_up_result"),
    path("payments/<slug:org>/<slug:top_up>/", payment_views.top_up_pay, name="top_up_pay"),
    path("payments/stripe/", payment_views.stripe_webhook, name="stripe_webhook"),
    path("o/<slug:org>/billing/documents/", document_views.documents, name="documents"),
    path("o/<slug:org>/billing/documents/<str:document>/", document_views.document, name="document"),
    path("o/<slug:org>/billing/documents/<str:document>/pdf/", document_views.document_pdf, name="document_pdf"),
    path("o/<slug:org>/billing/statement/", document_views.statement, name="statement"),
]
