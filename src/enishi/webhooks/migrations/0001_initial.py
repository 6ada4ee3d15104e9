import django.db.models.deletion
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('url', models.URLField(max_length=2000, verbose_name='address')),
                ('description', models.CharField(blank=True, max_length=200, verbose_name='description')),
                ('events', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('active', 'active'), ('paused', 'paused'), ('disabled', 'disabled')], default='active', max_length=10)),
                ('secrets', models.BinaryField()),
                ('previous_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('disabled_reason', models.CharField(blank=True, max_length=10)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'active')), fields=['workspace'], name='endpoint_active')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('type', models.CharField(max_length=40)),
                ('occurred_at', models.DateTimeField()),
                ('body', models.TextField()),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Sending',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('sending', 'sending'), ('delivered', 'delivered'), ('failed', 'failed')], default='waiting', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField(null=True)),
                ('tried', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sendings', to='webhooks.endpoint')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sendings', to='webhooks.event')),
            ],
            options={
                'indexes': [models.Index(fields=['endpoint', 'state', 'due_at'], name='sending_due'), models.Index(fields=['endpoint', 'created_at', 'id'], name='sending_list')],
                'constraints': [models.UniqueConstraint(fields=('endpoint', 'event'), name='one_sending_each_event')],
            },
        ),
        migrations.CreateModel(
            name='Call',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('started_at', models.DateTimeField()),
                ('milliseconds', models.PositiveIntegerField()),
                ('status', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=20)),
                ('excerpt', models.TextField(blank=True)),
                ('sending', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='webhooks.sending')),
            ],
            options={
                'ordering': ['started_at', 'id'],
            },
        ),
    ]
