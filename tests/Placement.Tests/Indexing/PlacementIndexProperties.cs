using CsCheck;
using Ecs.Contracts.Vocabulary;
using Ecs.Model.Fleet;
using Ecs.Placement.Asking;
using Ecs.Placement.Indexing;
using Ecs.Placement.Scanning;

namespace Ecs.Placement.Tests.Indexing;

/// <summary>
/// The index says what the scan says, whatever happened to the cluster, in whatever order it is asked, and whichever of
/// its shortcuts it took. The clusters are larger than <see cref="SharedValue.MaxSmall"/>, so that values grow from small
/// to large.
/// </summary>
public class PlacementIndexProperties
{
    private const int Most = 90;

    private static readonly Gen<string[]> Strategies = Chosen(
        "binpack:cpu", "binpack:memory", "spread:instanceId", "spread:host", "spread:attribute:ecs.availability-zone",
        "spread:attribute:rack", "random").Array[0, 3];

    private static readonly Gen<string[]> Constraints = Chosen(
        "distinct", "attribute:rack == a", "attribute:rack !exists", "runningTasksCount < 2", "not (task:group == other)",
        "attribute:ecs.availability-zone in [a, b]", "agentVersion >= 1.5", "agentConnected == true").Array[0, 2];

    private static readonly Gen<PlacementRequest> Asked = Gen.Select(
        Gen.Int[0, 700], Gen.Int[0, 700], Chosen("web", "other"), Gen.Int[0, 9], Strategies, Constraints,
        (cpu, memory, group, more, strategies, constraints) => Requests.Of(
            cpu, memory, group, $"seed-{cpu}-{memory}", more == 0 ? [80] : [], more < 4 ? constraints : [], strategies));

    private static readonly Gen<(int Act, int A, int B)[]> Histories =
        Gen.Select(Gen.Int[0, 29], Gen.Int[0, 9_999], Gen.Int[0, 9_999]).Array[0, 120];

    [Fact]
    public void The_index_chooses_what_the_scan_chooses() => Gen.Select(Asked.Array[1, 4], Gen.Int[0, Most], Histories).Sample(
        (requests, size, history) =>
        {
            var (machines, index, world) = (new Machines(), new PlacementIndex(), new World());
            for (var i = 0; i < size; i++) World.Register(machines, i, i * 7);
            foreach (var step in history)
            {
                world.Play(machines, step);
                var request = requests[step.A % requests.Length] with { Seed = $"{step.B}" };
                var place = Same(Scan.Choose(machines.Now, request), index.Choose(machines.Now, request));
                if (place is null || step.B % 3 == 0) continue;

                Assert.Null(Filters.Rejection(place.Instance, request));
                world.Tasks.Add(machines.Place(place.Instance.Arn, request.Needs, request.Group));
            }
        },
        iter: 1_000);

    [Fact]
    public void The_order_in_which_instances_came_has_no_part_in_the_choice() =>
        Gen.Select(Asked, Gen.Int[1, Most], Gen.Int[0, 1_000_000]).Sample(
            (request, size, shuffle) =>
            {
                var order = Enumerable.Range(0, size).ToArray();
                new Random(shuffle).Shuffle(order);
                var (first, second) = (new Machines(), new Machines());
                foreach (var i in Enumerable.Range(0, size)) World.Register(first, i, i * 7);
                foreach (var i in order) World.Register(second, i, i * 7);
                var (one, other) = (new PlacementIndex(), new PlacementIndex());
                for (var i = 0; i < 20; i++)
                {
                    var asked = request with { Seed = $"{i}" };
                    var place = Same(one.Choose(first.Now, asked), other.Choose(second.Now, asked));
                    if (place is null) break;

                    first.Place(place.Instance.Arn, asked.Needs, asked.Group);
                    second.Place(place.Instance.Arn, asked.Needs, asked.Group);
                }
            },
            iter: 300);

    [Fact]
    public void An_account_counts_every_instance_once_and_names_the_choice() =>
        Gen.Select(Asked, Gen.Int[0, Most], Histories).Sample(
            (request, size, history) =>
            {
                var (machines, world) = (new Machines(), new World());
                for (var i = 0; i < size; i++) World.Register(machines, i, i * 7);
                foreach (var step in history) world.Play(machines, step);

                var seen = Scan.Explain(machines.Now, request);
                Assert.Equal(machines.Now.Instances.Count, seen.Account.Considered);
                Assert.Equal(seen.Account.Considered, seen.Account.Fitting + seen.Account.Filters.Sum(filter => filter.Count));
                Assert.All(seen.Account.Filters, filter => Assert.Equal(Math.Min(filter.Count, Scan.MaxNamed), filter.First.Count));
                Assert.Equal(Math.Min(seen.Account.Fitting, Scan.MaxBest), seen.Account.Best.Count);
                Assert.Equal(seen.Place?.Instance.Arn, seen.Account.Best.Select(best => best.ContainerInstanceArn).FirstOrDefault());
                Assert.Equal(seen.Place?.Choice.TieBreak, seen.Account.TieBreak);
                Same(Scan.Choose(machines.Now, request), seen.Place);
            },
            iter: 500);

    private static Place? Same(Place? expected, Place? actual)
    {
        Assert.Equal(expected?.Instance.Arn, actual?.Instance.Arn);
        Assert.Equal(expected?.Choice.Scores ?? [], actual?.Choice.Scores ?? []);
        if (expected is not null) Assert.Equal(expected.Choice with { Scores = null }, actual!.Choice with { Scores = null });
        return actual;
    }

    private static Gen<string> Chosen(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    /// <summary>What can happen to a cluster.</summary>
    private sealed class World
    {
        private readonly List<FleetState> _earlier = [];

        public List<string> Tasks { get; } = [];

        public static void Register(Machines machines, int number, int dice)
        {
            machines.Register(
                number,
                cpu: 300 + (dice % 5 * 300),
                memory: 300 + (dice % 7 * 200),
                zone: (dice % 11) switch { < 5 => "a", < 9 => "b", 9 => "c", _ => null },
                agent: dice % 3 == 0 ? "1.10" : "1.2",
                ports: dice % 13 == 0 ? [80] : [],
                hostname: dice % 4 == 0 ? "shared" : $"machine-{number / 2}");
            if (dice % 3 == 0) machines.Put(number, "rack", dice % 2 == 0 ? "a" : $"{dice % 40}");
        }

        public void Play(Machines machines, (int Act, int A, int B) step)
        {
            var known = machines.Now.Instances.InNameOrder().ToList();
            var number = known.Count == 0 ? 0 : Convert.ToInt32(known[step.A % known.Count].Arn[^8..], 16);
            if (known.Count == 0 || (step.Act == 0 && known.Count < Most))
            {
                var free = step.A % Most;
                if (machines.Instance(free) is null) Register(machines, free, step.B);
                return;
            }

            switch (step.Act)
            {
                case 1 when machines.Instance(number).Tasks.IsEmpty: machines.Deregister(number); break;
                case 2: machines.Drain(number, step.B % 2 == 0); break;
                case 3: machines.Lose(number); break;
                case 4: machines.Hear(number); break;
                case 5: machines.Put(number, "rack", step.B % 2 == 0 ? "a" : $"{step.B % 40}"); break;
                case 6: machines.Delete(number, "rack"); break;
                case 7: machines.Put(number, "ecs.availability-zone", step.B % 2 == 0 ? "a" : "b"); break;
                case 8 when _earlier.Count > 0: machines.Return(_earlier[step.B % _earlier.Count]); break;
                case 9: _earlier.Add(machines.State); break;
                case >= 10 and < 16: ChangeTask(machines, step, stop: true); break;
                case >= 16 and < 20: ChangeTask(machines, step, stop: false); break;
                case 20: machines.Reconnect(number, moreCpu: step.B % 500, agent: step.A % 2 == 0 ? "1.10" : "1.2"); break;
            }
        }

        private void ChangeTask(Machines machines, (int Act, int A, int B) step, bool stop)
        {
            if (Tasks.Count == 0) return;

            var task = Tasks[step.B % Tasks.Count];
            if (!machines.State.Tasks.TryGetValue(task, out var state) || state.LastStatus is LifecycleStatus.Stopped) return;

            if (stop) machines.Stop(task);
            else machines.Run(task);
        }
    }
}
