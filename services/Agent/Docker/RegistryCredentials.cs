using System.Text;
using System.Text.Json;
using Docker.DotNet.Models;

namespace Ecs.Agent.Docker;

/// <summary>
/// The credentials of image registries, from a file like Docker's own <c>config.json</c>. It is read for each pull, so
/// that it can be replaced; nothing of it is ever logged.
/// </summary>
/// <param name="path">The file; null for none.</param>
internal sealed class RegistryCredentials(string? path)
{
    /// <summary>Docker Hub's registry, which images without a host are of, under both of its names.</summary>
    private static readonly string[] Hub = ["https://index.docker.io/v1/", "index.docker.io", "docker.io"];

    /// <summary>What to tell the registry of an image; empty where nothing is known of it.</summary>
    /// <exception cref="InvalidDataException">The file cannot be read; the message has nothing of it.</exception>
    public AuthConfig For(string image)
    {
        if (path is null) return new AuthConfig();

        var names = HostOf(image) is { } host ? [host, $"https://{host}", $"http://{host}"] : Hub;
        try
        {
            using var file = JsonDocument.Parse(File.ReadAllBytes(path));
            if (!file.RootElement.TryGetProperty("auths", out var all)) return new AuthConfig();

            foreach (var entry in all.EnumerateObject())
            {
                if (names.Contains(entry.Name.TrimEnd('/'), StringComparer.Ordinal) || names.Contains(entry.Name))
                {
                    return Read(entry.Value, names[0]);
                }
            }

            return new AuthConfig();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"The Agent's {AgentSettings.RegistryCredentialsName} names a file that cannot be read as Docker's "
                + "config.json.");
        }
    }

    /// <summary>The host of an image's registry; null for Docker Hub.</summary>
    internal static string? HostOf(string image)
    {
        var slash = image.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return null;

        // As Docker tells a host from the first part of a name.
        var first = image[..slash];
        return (first.AsSpan().IndexOfAny('.', ':') >= 0 || first == "localhost") && !Hub.Contains(first)
            ? first
            : null;
    }

    private static AuthConfig Read(JsonElement entry, string server)
    {
        var read = new AuthConfig { ServerAddress = server };
        if (Text(entry, "identitytoken") is { } token) read.IdentityToken = token;
        if (Text(entry, "auth") is { } auth)
        {
            var pair = Encoding.UTF8.GetString(Convert.FromBase64String(auth)).TrimEnd('\0').Split(':', 2);
            (read.Username, read.Password) = (pair[0], pair.Length > 1 ? pair[1] : "");
        }
        else
        {
            (read.Username, read.Password) = (Text(entry, "username") ?? "", Text(entry, "password") ?? "");
        }

        return read;
    }

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;
}
