import { ConfigError } from "../../core/errors.js";

/**
 * Names of the 30 features of a track and the 14 of a secondary vertex, in the order of the
 * interaction network of Moreno et al. 2020 (Phys. Rev. D 102, 012010), after the branches of the
 * CMS open-data sample (DOI 10.7483/OPENDATA.CMS.JGJX.MS7Q).
 */
export const jetFeatures: {
  readonly tracks: readonly string[];
  readonly vertices: readonly string[];
} = {
  tracks: [
    "track_ptrel",
    "track_erel",
    "track_phirel",
    "track_etarel",
    "track_deltaR",
    "track_drminsv",
    "track_drsubjet1",
    "track_drsubjet2",
    "track_dz",
    "track_dzsig",
    "track_dxy",
    "track_dxysig",
    "track_normchi2",
    "track_quality",
    "track_dptdpt",
    "track_detadeta",
    "track_dphidphi",
    "track_dxydxy",
    "track_dzdz",
    "track_dxydz",
    "track_dphidxy",
    "track_dlambdadz",
    "trackBTag_EtaRel",
    "trackBTag_PtRatio",
    "trackBTag_PParRatio",
    "trackBTag_Sip2dVal",
    "trackBTag_Sip2dSig",
    "trackBTag_Sip3dVal",
    "trackBTag_Sip3dSig",
    "trackBTag_JetDistVal",
  ],
  vertices: [
    "sv_ptrel",
    "sv_erel",
    "sv_phirel",
    "sv_etarel",
    "sv_deltaR",
    "sv_pt",
    "sv_mass",
    "sv_ntracks",
    "sv_normchi2",
    "sv_dxy",
    "sv_dxysig",
    "sv_d3d",
    "sv_d3dsig",
    "sv_costhetasvpv",
  ],
};

/** Groups of track features that tell the same thing, for masking together. */
export const jetFeatureGroups: Readonly<
  Record<"displacement" | "kinematics" | "covariance", readonly string[]>
> = {
  displacement: [
    "track_drminsv",
    "track_dz",
    "track_dzsig",
    "track_dxy",
    "track_dxysig",
    "trackBTag_Sip2dVal",
    "trackBTag_Sip2dSig",
    "trackBTag_Sip3dVal",
    "trackBTag_Sip3dSig",
    "trackBTag_JetDistVal",
  ],
  kinematics: [
    "track_ptrel",
    "track_erel",
    "track_phirel",
    "track_etarel",
    "track_deltaR",
    "track_drsubjet1",
    "track_drsubjet2",
    "trackBTag_EtaRel",
    "trackBTag_PtRatio",
    "trackBTag_PParRatio",
  ],
  covariance: [
    "track_dptdpt",
    "track_detadeta",
    "track_dphidphi",
    "track_dxydxy",
    "track_dzdz",
    "track_dxydz",
    "track_dphidxy",
    "track_dlambdadz",
  ],
};

/**
 * Rows of the named features in `jetFeatures.tracks` or `.vertices`.
 * @throws ConfigError naming the ones that there are, for a name that is not among them or stands
 *   twice
 */
export function jetFeatureIndices(
  kind: "tracks" | "vertices",
  names: readonly string[],
): Int32Array {
  if (!Object.hasOwn(jetFeatures, kind)) {
    throw new ConfigError(
      `jetFeatureIndices: unknown kind ${JSON.stringify(kind)}. Use "tracks" or "vertices".`,
      { kind },
    );
  }
  const known = jetFeatures[kind];
  return Int32Array.from(names, (name, k) => {
    const index = known.indexOf(name);
    if (index < 0) {
      throw new ConfigError(
        `there is no feature ${JSON.stringify(name)} of ${kind}; there are ${known.join(", ")}.`,
        { name, kind },
      );
    }
    if (names.indexOf(name) !== k)
      throw new ConfigError(`the feature "${name}" is named twice. Name each once.`, {
        name,
        kind,
      });
    return index;
  });
}
