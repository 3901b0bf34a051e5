using System.Text.Json;
using Ecs.Agent.Tests.Driving;
using Ecs.Bus;
using Ecs.Contracts;
using Ecs.Contracts.Agents;
using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;
using Ecs.Contracts.Vocabulary;
using Ecs.Log;
using Ecs.Model.Fleet;
using Ecs.Scheduler.Agents;
using Ecs.Scheduler.Definitions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecs.Scheduler.Tests;

public sealed class AgentDispatchTests
{
    private readonly Fleet _fleet = new();
    private readonly HeldSender _sender = new();
    private readonly HandClock _clock = new();
    private readonly AgentDispatch _dispatch;

    public AgentDispatchTests() => _dispatch = new AgentDispatch(
        new DefinitionBook((_, _) => Task.FromResult<IReadOnlyList<StoredEvent>>([Registered()])), _sender, _clock,
        NullLogger<AgentDispatch>.Instance);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_an_agent_whose_queue_does_not_confirm_when_work_is_sent_then_the_others_get_theirs()
    {
        var instances = new[] { _fleet.Instance(1), _fleet.Instance(2), _fleet.Instance(3) };
        foreach (var instance in instances) Start(instance);
        _sender.Hold(instances[0]);

        var sending = _dispatch.SendAsync(Relayed(), _fleet.State, Ct);

        Assert.Equal(instances.Order(), _sender.Sent.Select(message => message.ContainerInstanceArn).Order());
        Assert.False(sending.IsCompleted, "the relay must not save its place before every Agent's queue has confirmed");
        _sender.Release();
        await sending;
    }

    [Fact]
    public async Task Given_an_agent_whose_queue_never_confirms_when_the_patience_is_over_then_the_relay_goes_on_without_it()
    {
        var (broken, other) = (_fleet.Instance(1), _fleet.Instance(2));
        foreach (var instance in new[] { broken, other }) Start(instance);
        _fleet.When(new DeregisterContainerInstance { ContainerInstance = broken, Force = true });
        _sender.Hold(broken);

        await PassTimeAsync(_dispatch.SendAsync(Relayed(), _fleet.State, Ct), timers: 1);

        Assert.Single(_sender.Sent, message => message.ContainerInstanceArn == other);
        Assert.Equal(Arn.Parse(broken).Name, Assert.Single(_sender.Forgotten));
    }

    [Fact]
    public async Task Given_an_agent_whose_queue_refuses_when_work_is_sent_then_it_is_tried_again_and_passed_over_in_the_end()
    {
        var (broken, other) = (_fleet.Instance(1), _fleet.Instance(2));
        foreach (var instance in new[] { broken, other }) Start(instance);
        _sender.Refuse(broken);

        // One timer is that of the patience, the other the pause.
        await PassTimeAsync(_dispatch.SendAsync(Relayed(), _fleet.State, Ct), timers: 2);

        Assert.Single(_sender.Sent, message => message.ContainerInstanceArn == other);
        Assert.Equal(5, _sender.Sent.Count(message => message.ContainerInstanceArn == broken));
    }

    [Fact]
    public async Task Given_more_tasks_than_a_message_takes_when_sent_then_the_second_waits_for_the_firsts_confirm()
    {
        var instance = _fleet.Instance(1, cpu: 1_000_000, memory: 1_000_000);
        var tasks = Enumerable.Range(0, Assignments.MaxTasks + 1).Select(_ => Start(instance)).ToArray();
        _sender.Hold(instance);

        var sending = _dispatch.SendAsync(Relayed(), _fleet.State, Ct);
        Assert.Equal(Assignments.MaxTasks, Assert.Single(_sender.Sent).Tasks.Count);

        _sender.Release();
        await sending;
        Assert.Equal(tasks, _sender.Sent.SelectMany(message => message.Tasks).Select(task => task.TaskArn));
        Assert.Equal([Assignments.MaxTasks, 1], _sender.Sent.Select(message => message.Tasks.Count));
    }

    [Fact]
    public async Task Given_an_agent_that_took_anothers_place_when_work_or_a_list_is_sent_then_it_names_the_newer_session()
    {
        var instance = _fleet.Instance(1);
        Start(instance);
        var session = _fleet.State.FindInstance(instance)!.Profile.Session + 5;
        _fleet.When(Fleet.Register(1, session: session));

        // Written before, sent after: whom it finds is who is there now.
        await _dispatch.SendAsync(Relayed(), _fleet.State, Ct);
        var list = await _dispatch.FullListAsync(
            _fleet.State.FindInstance(instance)!, new Published<FleetState>(_fleet.State, 9), Ct);

        Assert.Equal([session, session], [Assert.Single(_sender.Sent).Session, list.Session]);
    }

    [Fact]
    public async Task Given_an_instance_that_was_deregistered_when_its_stops_are_sent_then_its_queue_is_forgotten_unless_it_is_back()
    {
        var (gone, back) = (_fleet.Instance(1), _fleet.Instance(2));
        Start(gone);
        foreach (var instance in new[] { gone, back })
        {
            _fleet.When(new DeregisterContainerInstance { ContainerInstance = instance, Force = true });
        }

        _fleet.When(Fleet.Register(2, session: 7));
        await _dispatch.SendAsync(Relayed(), _fleet.State, Ct);

        Assert.Equal(Arn.Parse(gone).Name, Assert.Single(_sender.Forgotten));
        Assert.Equal(DesiredStatus.Stopped, _sender.Sent[^1].Tasks[^1].DesiredStatus);
    }

    [Fact]
    public async Task Given_containers_that_the_log_knows_when_an_agent_asks_for_its_list_then_their_ids_are_in_it()
    {
        var instance = _fleet.Instance(1);
        var (ran, never) = (Start(instance), Start(instance));
        var report = _fleet.Report(instance, ran, LifecycleStatus.Running);
        var seen = new ContainerObservation { Name = "web", Status = LifecycleStatus.Running, RuntimeId = "id-1" };
        _fleet.When(report with { Tasks = [report.Tasks![0] with { Containers = [seen] }] });

        var list = await _dispatch.FullListAsync(
            _fleet.State.FindInstance(instance)!, new Published<FleetState>(_fleet.State, 9), Ct);

        Assert.Equal("id-1", list.Tasks.Single(task => task.TaskArn == ran).RuntimeIds!["web"]);
        Assert.Null(list.Tasks.Single(task => task.TaskArn == never).RuntimeIds);
    }

    [Fact]
    public async Task Given_a_container_that_has_stopped_in_a_task_that_goes_on_when_an_agent_asks_for_its_list_then_what_is_known_of_it_is_in_it()
    {
        var instance = _fleet.Instance(1);
        var (halves, whole) = (Start(instance), Start(instance));
        var report = _fleet.Report(instance, halves, LifecycleStatus.Running);
        var failed = new ContainerObservation { Name = "web", Status = LifecycleStatus.Stopped, Reason = "CannotPullContainerError: no" };
        _fleet.When(report with { Tasks = [report.Tasks![0] with { Containers = [failed] }] });
        _fleet.When(_fleet.Report(instance, whole, LifecycleStatus.Running));

        var list = await _dispatch.FullListAsync(
            _fleet.State.FindInstance(instance)!, new Published<FleetState>(_fleet.State, 9), Ct);

        Assert.Equal([failed], list.Tasks.Single(task => task.TaskArn == halves).StoppedContainers!);
        Assert.Null(list.Tasks.Single(task => task.TaskArn == whole).StoppedContainers);
    }

    [Fact]
    public async Task Given_executions_that_the_log_has_open_when_an_agent_asks_for_its_list_then_they_are_in_it()
    {
        var instance = _fleet.Instance(1);
        var (entered, other, stops) = (Start(instance), Start(instance), Start(instance));
        foreach (var task in new[] { entered, other, stops }) _fleet.When(_fleet.Report(instance, task, LifecycleStatus.Running));
        var (one, two, ended) = (Execute(entered), Execute(stops), Execute(other));
        _fleet.When(new SubmitExecutionEnd { ContainerInstance = instance, Task = other, ExecutionId = ended });
        _fleet.When(new StopTask { Task = stops });

        var list = await _dispatch.FullListAsync(
            _fleet.State.FindInstance(instance)!, new Published<FleetState>(_fleet.State, 9), Ct);

        Assert.Equal([one], list.Tasks.Single(task => task.TaskArn == entered).Executions!);
        Assert.Equal([two], list.Tasks.Single(task => task.TaskArn == stops).Executions!);
        Assert.Null(list.Tasks.Single(task => task.TaskArn == other).Executions);
    }

    [Fact]
    public async Task Given_a_restored_log_when_an_agent_asks_for_its_list_then_it_says_so_and_which_tasks_may_have_run()
    {
        var instance = _fleet.Instance(1);
        var before = Start(instance);
        _fleet.When(new ObserveRestore { Position = 4, Hash = "0", LogTime = Fleet.Noon, From = 1_000 });
        var after = Start(instance);

        var list = await _dispatch.FullListAsync(
            _fleet.State.FindInstance(instance)!, new Published<FleetState>(_fleet.State, 1_009), Ct);

        Assert.Equal(1_000, list.RestoredFrom);
        Assert.True(list.Tasks.Single(task => task.TaskArn == before).MayHaveRun);
        Assert.Null(list.Tasks.Single(task => task.TaskArn == after).MayHaveRun);
    }

    [Fact]
    public async Task Given_events_that_tell_no_agent_anything_when_relayed_then_they_are_not_even_read()
    {
        var unreadable = JsonSerializer.SerializeToElement("not a fact");
        var running = new RawEvent(
            1, Guid.Empty, "arn:aws:ecs:us-east-1:000000000000:task/c/t", 2, "task-running", Fleet.Noon, null, null, null,
            unreadable);

        await _dispatch.SendAsync([running], _fleet.State, Ct);
        Assert.Empty(_sender.Sent);

        // The same as a placement is an error that the relay must hear of.
        await Assert.ThrowsAsync<InvalidDataException>(
            () => _dispatch.SendAsync([running with { Name = "task-placed" }], _fleet.State, Ct));
    }

    // Second by second, while so many timers wait.
    private async Task PassTimeAsync(Task sending, int timers)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!sending.IsCompleted)
        {
            if (_clock.Waiting == timers) _clock.PutForward(TimeSpan.FromSeconds(1));
            await Task.Delay(1, patience.Token);
        }

        await sending;
    }

    private string Start(string instance)
    {
        _fleet.When(new StartTask { TaskDefinition = "web", ContainerInstances = [instance] }, Fleet.Web(cpu: 1, memory: 4));
        return Assert.Single(_fleet.Result<TasksResult>().Tasks).TaskArn;
    }

    private string Execute(string task)
    {
        _fleet.When(new ExecuteCommand { Task = task, CommandLine = ["sh"] });
        return _fleet.Result<ExecuteCommandResult>().ExecutionId;
    }

    private RawEvent[] Relayed() =>
    [
        .. _fleet.Log.Select((e, i) => new RawEvent(
            i + 1, Guid.Empty, e.Stream, 1, EventTypes.NameOf(e), Fleet.Noon, null, null, null,
            JsonSerializer.SerializeToElement(e, e.GetType(), EcsJson.Options))),
    ];

    private static StoredEvent Registered()
    {
        var content = Fleet.Web(cpu: 1, memory: 4);
        var registered = new TaskDefinitionRegistered
        {
            TaskDefinitionArn = Fleet.Definition,
            Family = "web",
            Revision = 1,
            Digest = CanonicalJson.Digest(content),
            Content = content,
            At = Fleet.Noon,
        };
        return new StoredEvent(
            1, Guid.Empty, registered.Stream, 1, EventTypes.NameOf(registered), Fleet.Noon, null, null, null, registered);
    }

    /// <summary>
    /// A double of the broker: it takes every message, and confirms those of one Agent when it is told to, or refuses them.
    /// </summary>
    private sealed class HeldSender : IAgentSender
    {
        private readonly TaskCompletionSource _confirmed = new();
        private string _held = "";

        public List<Assignments> Sent { get; } = [];

        public List<string> Forgotten { get; } = [];

        public void Hold(string instance) => _held = Arn.Parse(instance).Name;

        public void Refuse(string instance)
        {
            Hold(instance);
            _confirmed.SetException(new BusUnavailableException("the queue has other arguments"));
        }

        public void Release() => _confirmed.SetResult();

        public Task SendAsync(string instanceId, Assignments message, CancellationToken ct)
        {
            Sent.Add(message);
            Assert.Equal(Arn.Parse(message.ContainerInstanceArn).Name, instanceId);
            return Confirmed(instanceId);
        }

        public Task ForgetAsync(string instanceId, CancellationToken ct)
        {
            Forgotten.Add(instanceId);
            return Confirmed(instanceId);
        }

        private Task Confirmed(string instanceId) => instanceId == _held ? _confirmed.Task : Task.CompletedTask;
    }
}
