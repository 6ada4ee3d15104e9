import django.db.models.deletion
import enishi.imports.core.items
import enishi.imports.core.states
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('channels', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('via', models.CharField(blank=True, max_length=20)),
                ('kind', models.CharField(choices=[(enishi.imports.core.items.Kind['OUTBOX'], 'ActivityStreams outbox'), (enishi.imports.core.items.Kind['REPOSITORY'], 'Account repository (CAR)'), (enishi.imports.core.items.Kind['TWEETS'], 'Post archive (tweets.js)'), (enishi.imports.core.items.Kind['POSTS'], 'Table of posts'), (enishi.imports.core.items.Kind['METRICS'], 'Table of daily numbers')], max_length=16)),
                ('state', models.CharField(choices=[(enishi.imports.core.states.ImportState['UPLOADED'], 'Being checked'), (enishi.imports.core.states.ImportState['PREVIEWED'], 'Waiting for you'), (enishi.imports.core.states.ImportState['RUNNING'], 'Importing'), (enishi.imports.core.states.ImportState['DONE'], 'Imported'), (enishi.imports.core.states.ImportState['FAILED'], 'Failed'), (enishi.imports.core.states.ImportState['CANCELLED'], 'Cancelled')], default=enishi.imports.core.states.ImportState['UPLOADED'], max_length=16)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('name', models.CharField(max_length=255)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('columns', models.JSONField(default=dict)),
                ('layout', models.JSONField(default=dict)),
                ('preview', models.JSONField(default=list)),
                ('types', models.JSONField(default=dict)),
                ('good', models.PositiveIntegerField(default=0)),
                ('bad', models.PositiveIntegerField(default=0)),
                ('skipped', models.PositiveIntegerField(default=0)),
                ('activities', models.PositiveIntegerField(default=0)),
                ('observations', models.PositiveIntegerField(default=0)),
                ('new', models.PositiveIntegerField(default=0)),
                ('known', models.PositiveIntegerField(default=0)),
                ('erased', models.PositiveIntegerField(default=0)),
                ('oldest_at', models.DateTimeField(null=True)),
                ('newest_at', models.DateTimeField(null=True)),
                ('progress', models.FloatField(default=0)),
                ('progress_at', models.DateTimeField(null=True)),
                ('cancel_requested', models.BooleanField(default=False)),
                ('problem', models.CharField(blank=True, max_length=40)),
                ('problem_params', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('channel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='channels.channel')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', '-id'], name='import_newest')],
            },
        ),
        migrations.CreateModel(
            name='ImportProblem',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('row', models.PositiveIntegerField()),
                ('field', models.CharField(blank=True, max_length=120)),
                ('code', models.CharField(max_length=40)),
                ('params', models.JSONField(default=dict)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='problems', to='imports.importjob')),
            ],
            options={
                'ordering': ['row'],
                'indexes': [models.Index(fields=['job', 'row'], name='import_problem_rows')],
            },
        ),
    ]
