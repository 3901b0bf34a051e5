using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Ecs.EndToEnd.House;

/// <summary>What infra/test.sh says to the tests, with what holds where nobody says anything.</summary>
internal static class TestSettings
{
    public static string RabbitMqImage { get; } = Setting("ECS_TEST_RABBITMQ_IMAGE") ?? "ecs-events/rabbitmq:debian12";

    public static string PostgresImage { get; } = Setting("ECS_TEST_POSTGRES_IMAGE") ?? "ecs-events/postgres:debian12";

    /// <summary>A small image with sh, sleep, httpd, nc and wget.</summary>
    public static string Busybox { get; } = Setting("ECS_TEST_BUSYBOX_IMAGE") ?? "ecs-events/busybox:debian12";

    public static Uri DockerHost { get; } = new(Setting("DOCKER_HOST") ?? "unix:///var/run/docker.sock");

    /// <summary>The root file system whose dockerd tests start; none: this machine's. infra/engines.sh sets it.</summary>
    public static string? EngineRoot { get; } = Setting("ECS_TEST_ENGINE_ROOT");

    /// <summary>Whether the long forms run: infra/soak.sh sets it.</summary>
    public static bool IsSoak { get; } = Setting("ECS_SOAK") == "1";

    /// <summary>
    /// How long something lasts: in the long run so long, or the minutes of <c>ECS_SOAK_MINUTES</c> where those are fewer.
    /// </summary>
    public static TimeSpan Lasting(TimeSpan usually, TimeSpan inSoak) => !IsSoak ? usually
        : Setting("ECS_SOAK_MINUTES") is { } minutes
            && TimeSpan.FromMinutes(double.Parse(minutes, CultureInfo.InvariantCulture)) is var most && most < inSoak ? most
        : inSoak;

    /// <summary>The AWS CLIs that must work: those named, else every one on the PATH.</summary>
    public static IReadOnlyList<string> AwsClis { get; } = FindAwsClis();

    /// <summary>artifacts/bin, and the configuration that the tests themselves were built in.</summary>
    public static (string Bin, string Configuration) Artifacts { get; } = FindArtifacts();

    /// <summary>The top of the checkout.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Artifacts.Bin, "..", ".."));

    /// <summary>A program of the house as it was built beside the tests.</summary>
    public static string Program(string name) =>
        Path.Combine(Artifacts.Bin, name, Artifacts.Configuration, $"Ecs.{name}.dll");

    /// <summary>The tool of the house, ready to be run.</summary>
    public static string EcsTool => Path.Combine(Artifacts.Bin, "Cli", Artifacts.Configuration, "ecs");

    // Until whoever was given a port listens on it, nothing but this keeps it from the next.
    private static readonly HashSet<int> GivenOut = [];

    /// <summary>
    /// A port that nobody has now, and none that was given out before; outside the range that the system gives out by itself.
    /// </summary>
    public static int FreePort()
    {
        for (var tries = 0; tries < 100; tries++)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.Any, port));
                lock (GivenOut)
                {
                    if (GivenOut.Add(port)) return port;
                }
            }
            catch (SocketException)
            {
                // Somebody has it: the next one.
            }
        }

        throw new InvalidOperationException("no free port between 20000 and 32000 in 100 tries");
    }

    private static string? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static (string Bin, string Configuration) FindArtifacts()
    {
        // artifacts/bin/<project>/<configuration>/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        return (own.Parent!.Parent!.FullName, own.Name);
    }

    private static List<string> FindAwsClis()
    {
        if (Setting("ECS_TEST_AWS_CLIS") is { } named)
        {
            return [.. named.Split(':', StringSplitOptions.RemoveEmptyEntries)];
        }

        var path = (Setting("PATH") ?? "").Split(':').Append("/usr/bin").Select(folder => Path.Combine(folder, "aws"));
        return [.. path.Where(File.Exists).DistinctBy(Real)];
    }

    // /bin may be a link to /usr/bin: then both name one program.
    private static string Real(string file)
    {
        if (new FileInfo(file).ResolveLinkTarget(true) is { } target) return target.FullName;

        var folder = new DirectoryInfo(Path.GetDirectoryName(file)!);
        return Path.Combine(folder.ResolveLinkTarget(true)?.FullName ?? folder.FullName, Path.GetFileName(file));
    }
}
