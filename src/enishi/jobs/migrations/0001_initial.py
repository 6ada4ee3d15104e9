import enishi.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ('jobs', '0002_worker_metrics'),
        ('jobs', '0003_handover'),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Budget',
            fields=[
                ('key', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('arrival_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Worker',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('host', models.CharField(max_length=200)),
                ('pid', models.PositiveIntegerField()),
                ('started_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField(db_index=True)),
                ('stopped_at', models.DateTimeField(null=True)),
                ('role', models.CharField(choices=[('worker', 'worker'), ('fleet', 'fleet')], default='worker', max_length=10)),
                ('metrics', models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('work_id', models.UUIDField(primary_key=True, serialize=False)),
                ('source', models.CharField(max_length=40)),
                ('lane', models.CharField(max_length=80)),
                ('until', models.DateTimeField()),
                ('token', models.UUIDField()),
            ],
            options={
                'indexes': [models.Index(fields=['source', 'until'], name='handover_until')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('payload', models.JSONField(default=dict)),
                ('key', models.CharField(blank=True, max_length=200)),
                ('repeats', models.BooleanField(default=False)),
                ('workspace_id', models.UUIDField(null=True)),
                ('state', models.CharField(choices=[('due', 'due'), ('running', 'running'), ('done', 'done'), ('failed', 'failed')], default='due', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('worker_id', models.UUIDField(null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('problem', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'due')), fields=['due_at'], name='task_due'), models.Index(condition=models.Q(('state', 'running')), fields=['worker_id'], name='task_running')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'due'), models.Q(('key', ''), _negated=True)), fields=('name', 'key'), name='one_waiting_task_each_key'), models.UniqueConstraint(condition=models.Q(('repeats', True), ('state__in', ['due', 'running'])), fields=('name',), name='one_repeating_task_each')],
            },
        ),
    ]
