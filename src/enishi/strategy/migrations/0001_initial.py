import django.db.models.deletion
import enishi.kernel.ids
from django.conf import settings
from django.db import migrations, models

from enishi.jobs.newtables import NewTables


class Migration(NewTables):
    initial = True
    replaces = [
        ('strategy', '0002_outlook'),
        ('strategy', '0003_whole_plan'),
        ('strategy', '0004_words'),
    ]

    dependencies = [
        ('accounts', '0001_initial'),
        ('channels', '0001_initial'),
        ('inbox', '0001_initial'),
        ('publishing', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlanSettings',
            fields=[
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='plan_settings', serialize=False, to='accounts.workspace')),
                ('currency', models.CharField(default='JPY', max_length=3, verbose_name='currency')),
                ('hourly_rate', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='hourly rate')),
                ('thresholds', models.JSONField(blank=True, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='DeletedNode',
            fields=[
                ('at', models.DateTimeField()),
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200)),
                ('document', models.JSONField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Factor',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('area', models.CharField(choices=[('political', 'Politics'), ('economic', 'Economy'), ('social', 'Society'), ('technological', 'Technology'), ('legal', 'Law'), ('environmental', 'Environment')], max_length=13, verbose_name='area')),
                ('title', models.CharField(max_length=200, verbose_name='what changes')),
                ('detail', models.TextField(blank=True, verbose_name='what it means for us')),
                ('effective', models.DateField(blank=True, null=True, verbose_name='from when')),
                ('source_url', models.URLField(blank=True, max_length=500, verbose_name='source')),
                ('keywords', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Goal',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('status', models.CharField(choices=[('planned', 'Preparing'), ('active', 'In progress'), ('done', 'Done'), ('dropped', 'Dropped')], default='active', max_length=8, verbose_name='status')),
                ('position', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('pillar', models.CharField(choices=[('marketing', 'Marketing'), ('employees', 'Employees'), ('collaboration', 'Collaboration')], default='marketing', max_length=13, verbose_name='pillar')),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='next review')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'position'], name='goal_order')],
            },
        ),
        migrations.CreateModel(
            name='MonthClose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('totals', models.JSONField(default=dict)),
                ('closed_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'month'), name='one_close_a_month')],
            },
        ),
        migrations.CreateModel(
            name='PillarReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pillar', models.CharField(choices=[('marketing', 'Marketing'), ('employees', 'Employees'), ('collaboration', 'Collaboration')], max_length=13)),
                ('reason', models.CharField(max_length=300, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'pillar'), name='one_reason_a_pillar')],
            },
        ),
        migrations.CreateModel(
            name='PlanVersion',
            fields=[
                ('at', models.DateTimeField()),
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveIntegerField()),
                ('label', models.CharField(blank=True, max_length=120)),
                ('document', models.JSONField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'number'), name='one_version_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Resource',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('person', 'Person'), ('skill', 'Skill or experience'), ('capital', 'Capital'), ('tool', 'Tool'), ('supplier', 'Supplier'), ('partner', 'Partner')], max_length=10, verbose_name='kind')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('minutes_per_week', models.PositiveIntegerField(default=0)),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('month', models.DateField()),
                ('drafted_at', models.DateTimeField()),
                ('rows', models.JSONField(default=list)),
                ('held_at', models.DateTimeField(null=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'month'), name='one_review_a_month')],
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('number', models.PositiveIntegerField()),
                ('text', models.TextField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('review', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='strategy.review')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('review', 'number'), name='one_minutes_a_number')],
            },
        ),
        migrations.CreateModel(
            name='Strategy',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('status', models.CharField(choices=[('planned', 'Preparing'), ('active', 'In progress'), ('done', 'Done'), ('dropped', 'Dropped')], default='active', max_length=8, verbose_name='status')),
                ('position', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('what', models.TextField(blank=True, verbose_name='what')),
                ('who', models.TextField(blank=True, verbose_name='who')),
                ('how', models.TextField(blank=True, verbose_name='how')),
                ('why', models.TextField(blank=True, verbose_name='why')),
                ('scope', models.CharField(blank=True, choices=[('operation', 'Operation'), ('marketing', 'Marketing')], max_length=10)),
                ('budget', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='budget')),
                ('approval', models.CharField(choices=[('draft', 'Draft'), ('approved', 'Approved')], default='draft', max_length=8)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('approver', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('goal', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='strategies', to='strategy.goal')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'verbose_name_plural': 'strategies',
                'indexes': [models.Index(fields=['workspace', 'goal', 'position'], name='strategy_order')],
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('status', models.CharField(choices=[('planned', 'Preparing'), ('active', 'In progress'), ('done', 'Done'), ('dropped', 'Dropped')], default='active', max_length=8, verbose_name='status')),
                ('position', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('metric', models.CharField(blank=True, max_length=60, verbose_name='KPI')),
                ('baseline', models.FloatField(blank=True, null=True, verbose_name='baseline')),
                ('target', models.FloatField(blank=True, null=True, verbose_name='target')),
                ('start', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('end', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('relevance', models.TextField(blank=True, verbose_name='why it matters')),
                ('kind', models.CharField(blank=True, choices=[('leads', 'Leads'), ('awareness', 'Brand awareness'), ('virality', 'Virality')], max_length=9, verbose_name='type')),
                ('purpose', models.CharField(blank=True, choices=[('sales', 'Sales and visitors'), ('branding', 'Branding and recognition'), ('satisfaction', 'Customer satisfaction'), ('research', 'Needs and competitor research'), ('ad_saving', 'Lower advertising cost')], max_length=12, verbose_name='purpose')),
                ('function', models.CharField(blank=True, choices=[('marketing', 'Marketing'), ('sales', 'Sales team'), ('service', 'Customer service'), ('hr', 'HR'), ('partners', 'Suppliers and partners')], max_length=9, verbose_name='function')),
                ('boxes', models.JSONField(blank=True, default=list)),
                ('kpis', models.JSONField(blank=True, default=list)),
                ('channels', models.ManyToManyField(blank=True, related_name='objectives', to='channels.channel')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('upstream', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='downstream', to='strategy.objective')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='objectives', to='strategy.strategy')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'strategy', 'position'], name='objective_order')],
                'constraints': [models.CheckConstraint(condition=models.Q(('start', None), ('end', None), ('end__gte', models.F('start')), _connector='OR'), name='objective_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='Outlook',
            fields=[
                ('objective', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='outlook', serialize=False, to='strategy.objective')),
                ('computed_at', models.DateTimeField()),
                ('asked', models.CharField(max_length=64)),
                ('through', models.DateField()),
                ('refusal', models.CharField(blank=True, max_length=12)),
                ('observed', models.PositiveIntegerField(default=0)),
                ('needed', models.PositiveIntegerField(default=0)),
                ('method', models.CharField(blank=True, max_length=20)),
                ('level', models.FloatField(default=0)),
                ('probability', models.FloatField(null=True)),
                ('folds', models.PositiveIntegerField(default=0)),
                ('scores', models.JSONField(default=dict)),
                ('days', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='Risk',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='risk')),
                ('probability', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2'), (3, '3'), (4, '4'), (5, '5')], verbose_name='probability')),
                ('impact', models.PositiveSmallIntegerField(choices=[(1, '1'), (2, '2'), (3, '3'), (4, '4'), (5, '5')], verbose_name='impact')),
                ('response', models.TextField(blank=True, verbose_name='response')),
                ('evidence', models.TextField(blank=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='risks', to='strategy.strategy')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('closed_at', None), models.Q(('evidence', ''), _negated=True), _connector='OR'), name='risk_closed_on_evidence')],
            },
        ),
        migrations.CreateModel(
            name='StrategyOption',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='option')),
                ('note', models.TextField(blank=True, verbose_name='for and against')),
                ('state', models.CharField(choices=[('open', 'Open'), ('chosen', 'Chosen'), ('rejected', 'Rejected')], default='open', max_length=8)),
                ('reason', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='options', to='strategy.strategy')),
            ],
        ),
        migrations.CreateModel(
            name='Tactic',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('status', models.CharField(choices=[('planned', 'Preparing'), ('active', 'In progress'), ('done', 'Done'), ('dropped', 'Dropped')], default='active', max_length=8, verbose_name='status')),
                ('position', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('scope', models.CharField(blank=True, choices=[('operation', 'Operation'), ('marketing', 'Marketing')], max_length=10)),
                ('priority', models.PositiveSmallIntegerField(choices=[(1, 'Must'), (2, 'Should'), (3, 'Could')], default=2, verbose_name='priority')),
                ('objective', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='tactics', to='strategy.objective')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'objective', 'position'], name='tactic_order')],
            },
        ),
        migrations.CreateModel(
            name='ResourceLine',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('hours', 'Hours'), ('money', 'Money'), ('tool', 'Tool')], max_length=6, verbose_name='kind')),
                ('label', models.CharField(blank=True, max_length=120, verbose_name='for what')),
                ('amount', models.PositiveBigIntegerField()),
                ('rhythm', models.CharField(choices=[('weekly', 'a week'), ('monthly', 'a month'), ('once', 'once')], max_length=8)),
                ('tactic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='strategy.tactic')),
            ],
        ),
        migrations.CreateModel(
            name='FactorLink',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('finding', models.CharField(blank=True, max_length=300)),
                ('factor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='strategy.factor')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('objective', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='factor_links', to='strategy.objective')),
                ('tactic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='factor_links', to='strategy.tactic')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('objective', None), ('tactic', None), _connector='XOR'), name='factor_touches_one_node'), models.UniqueConstraint(fields=('factor', 'objective'), name='factor_objective_once'), models.UniqueConstraint(fields=('factor', 'tactic'), name='factor_tactic_once')],
            },
        ),
        migrations.CreateModel(
            name='CostEntry',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('amount', models.PositiveBigIntegerField()),
                ('kind', models.CharField(choices=[('media', 'Advertising'), ('creator', 'Creators'), ('tool', 'Tools'), ('fee', 'Fees'), ('other', 'Other')], default='other', max_length=8)),
                ('label', models.CharField(max_length=200)),
                ('scope', models.CharField(blank=True, choices=[('operation', 'Operation'), ('marketing', 'Marketing')], max_length=10)),
                ('entered_at', models.DateTimeField()),
                ('over_budget', models.BooleanField(default=False)),
                ('approved_at', models.DateTimeField(null=True)),
                ('approval_reason', models.CharField(blank=True, max_length=300)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
                ('tactic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='costs', to='strategy.tactic')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'day'], name='cost_by_day')],
            },
        ),
        migrations.CreateModel(
            name='TacticConversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('linked_at', models.DateTimeField(auto_now_add=True)),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tactic_links', to='inbox.conversation')),
                ('tactic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conversation_links', to='strategy.tactic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tactic', 'conversation'), name='one_conversation_link_each')],
            },
        ),
        migrations.CreateModel(
            name='TacticPost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('linked_at', models.DateTimeField(auto_now_add=True)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tactic_links', to='publishing.post')),
                ('tactic', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='strategy.tactic')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('tactic', 'post'), name='one_link_each')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('scope', models.CharField(blank=True, choices=[('operation', 'Operation'), ('marketing', 'Marketing')], max_length=10)),
                ('due', models.DateField(blank=True, null=True, verbose_name='due')),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tactic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='strategy.tactic')),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'done_at'], name='task_open')],
            },
        ),
        migrations.CreateModel(
            name='TemplateUse',
            fields=[
                ('at', models.DateTimeField()),
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(max_length=40)),
                ('goal_id', models.UUIDField()),
                ('nodes', models.JSONField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('activity', models.CharField(blank=True, max_length=120)),
                ('scope', models.CharField(blank=True, choices=[('operation', 'Operation'), ('marketing', 'Marketing')], max_length=10)),
                ('started_at', models.DateTimeField()),
                ('tactic', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='strategy.tactic')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'user'), name='one_timer_each')],
            },
        ),
        migrations.CreateModel(
            name='WatchedKpi',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'key'), name='one_watch_each')],
            },
        ),
        migrations.CreateModel(
            name='WorkEntry',
            fields=[
                ('id', models.UUIDField(default=enishi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('person', models.CharField(max_length=120)),
                ('day', models.DateField()),
                ('minutes', models.PositiveIntegerField()),
                ('activity', models.CharField(blank=True, max_length=120)),
                ('scope', models.CharField(blank=True, choices=[('operation', 'Operation'), ('marketing', 'Marketing')], max_length=10)),
                ('updated_at', models.DateTimeField()),
                ('tactic', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='work', to='strategy.tactic')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'indexes': [models.Index(fields=['workspace', 'day'], name='work_by_day'), models.Index(fields=['user', 'day'], name='work_of_person')],
            },
        ),
        migrations.CreateModel(
            name='CanvasBox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('box', models.CharField(choices=[('customers', 'Customers'), ('analysis', 'Analysis'), ('value', 'Value for customers'), ('planning', 'Planning (finance, risk, choices)'), ('resources', 'Resources (people, skills, capital, partners)'), ('goals', 'Goals')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('updated_at', models.DateTimeField()),
                ('workspace', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.workspace')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('workspace', 'box'), name='one_of_each_box')],
            },
        ),
        migrations.AddField(
            model_name='tactic',
            name='conversations',
            field=models.ManyToManyField(related_name='tactics', through='strategy.TacticConversation', to='inbox.conversation'),
        ),
        migrations.AddField(
            model_name='tactic',
            name='posts',
            field=models.ManyToManyField(related_name='tactics', through='strategy.TacticPost', to='publishing.post'),
        ),
    ]
